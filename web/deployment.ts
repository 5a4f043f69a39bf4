/** The deployment that the client talks to where `VITE_CONVEX_URL` names none: the local one. */
export const LOCAL_DEPLOYMENT = "http://127.0.0.1:3210";
