/** A number as its owner knows it again, and nobody who looks over their shoulder. */
export const endOf = (phone: string): string => `••• ${phone.slice(-4)}`;
