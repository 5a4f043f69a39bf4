/** Mails to the shop and what it is told: checked with Resend's own SDK, over real HTTP. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Resend } from "resend";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CREDENTIALS } from "../credentials";
import { startProviders, type Providers } from "../server";

type Event = { type: string; data: Record<string, unknown> };
let providers: Providers;
let shop: Server;
/** What the shop was told, by the SDK's own check of its signature. */
const told: Event[] = [];
const sdk = () =>
  new Resend(CREDENTIALS.RESEND_API_KEY, { baseUrl: providers.env.RESEND_BASE_URL! });

beforeAll(async () => {
  providers = await startProviders({ port: 0 });
  shop = createServer((req, res) => {
    let payload = "";
    req.on("data", (chunk: Buffer) => (payload += chunk.toString()));
    req.on("end", () => {
      const header = (name: string) => String(req.headers[name]);
      const event = sdk().webhooks.verify({
        payload,
        headers: {
          id: header("svix-id"),
          timestamp: header("svix-timestamp"),
          signature: header("svix-signature"),
        },
        webhookSecret: CREDENTIALS.RESEND_WEBHOOK_SECRET,
      });
      told.push(event as unknown as Event);
      res.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const { port } = shop.address() as AddressInfo;
  providers.control.tellMailTo(`http://127.0.0.1:${port}/resend/events`);
});
afterAll(async () => {
  await providers.close();
  shop.close();
});

async function untilTold(type: string): Promise<Event> {
  for (;;) {
    const event = told.find((one) => one.type === type);
    if (event) return event;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const mail = {
  from: "Shop <support@shop.example>",
  subject: "An answer",
  text: "It is ready.",
  replyTo: "reply+1.abc@mail.shop.example",
  tags: [{ name: "message", value: "m1" }],
};

test("a mail is told of as delivered, one to an address for tries as bounced, with its tags", async () => {
  await sdk().emails.send({ ...mail, to: "ann@example.com" });
  expect((await untilTold("email.delivered")).data).toMatchObject({ tags: { message: "m1" } });
  await sdk().emails.send({ ...mail, to: "bounced+1@resend.dev" });
  expect((await untilTold("email.bounced")).data).toMatchObject({ bounce: { type: "Permanent" } });
});

test("the mailbox answers a mail: the shop is told without words, and fetches them", async () => {
  const { data } = await sdk().emails.send({ ...mail, to: "jo@example.com" });
  const page = await (await fetch(`${providers.url}/resend/inbox?answer=${data!.id}`)).text();
  expect(page).toContain('<form method="post" action="/resend/inbox">');
  const sent = await fetch(`${providers.url}/resend/inbox`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ mail: data!.id, text: "I come at three." }),
  });
  expect(sent.status).toBe(303);
  const event = await untilTold("email.received");
  expect(JSON.stringify(event)).not.toContain("three");
  const fetched = await sdk().emails.receiving.get(String(event.data.email_id));
  expect(fetched.data).toMatchObject({ from: "jo@example.com", to: [mail.replyTo] });
  expect(fetched.data!.text).toMatch(/^I come at three\.\n\nOn .* wrote:\n\n> It is ready\.$/);
});
