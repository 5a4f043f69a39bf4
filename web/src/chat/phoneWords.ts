/** A number as its owner knows it again, and nobody who looks over their shoulder. */
export const endOf = (phone: string): string => `•••\u00a0${phone.slice(-4)}`;
