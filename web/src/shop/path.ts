/** The addresses of the pages from which the shop is run, and all below them. */
export const SHOP_PATH = /^\/(?:insights|knowledge|settings|health|start)(?:\/.*)?$/;
