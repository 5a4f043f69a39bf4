/** As it is read aloud in North America; any other number as it is dialled from anywhere. */
export const formatPhone = (phone: string): string =>
  phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
