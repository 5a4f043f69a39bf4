/** From this page's own server (`server.ts`), which knows who is logged in. */
export async function fetchToken(visitor: string): Promise<string> {
  const response = await fetch(`/token?visitor=${visitor}`);
  if (!response.ok) throw new Error("The page's server gave no token.");
  return await response.text();
}
