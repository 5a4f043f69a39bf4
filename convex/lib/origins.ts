/** What `ALLOWED_ORIGINS` may name: the deployment and its set-up check it alike. */

/** Whether this is a page's origin as browsers write it: no path, no wildcard; plain HTTP on this machine only. */
export const isOrigin = (value: string): boolean =>
  /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d+)?$/.test(value) &&
  URL.canParse(value) &&
  new URL(value).origin === value;
