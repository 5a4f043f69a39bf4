/** The bubbles of a thread. A bubble is made once and then changed in place, so it is read out once. */
import type { PhoneMessage } from "../view";
import { isTrouble, formatSize, describeState, formatTime } from "./words";

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function attachment({ url, contentType }: PhoneMessage["media"][number], mine: boolean) {
  if (contentType.startsWith("image/")) {
    const picture = element("img", "picture");
    picture.src = url;
    picture.alt = mine ? "Picture that you sent" : "Picture from the shop";
    return picture;
  }
  const link = element("a", "file", `File (${contentType})`);
  link.href = url;
  link.download = "";
  return link;
}

interface Bubble {
  item: HTMLLIElement;
  text: HTMLElement;
  media: HTMLElement;
  files: number;
  state: HTMLElement;
}

export class Thread {
  private bubbles = new Map<string, Bubble>();

  constructor(
    private readonly list: HTMLOListElement,
    private readonly shopName: string,
  ) {}

  /** Shows these and no others. Stays at the end if it was there. */
  show(messages: readonly PhoneMessage[]): void {
    const atEnd =
      this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60 ||
      messages.at(-1)?.mine === true;
    const wanted = new Set(messages.map(({ sid }) => sid));
    for (const [sid, { item }] of this.bubbles) {
      if (wanted.has(sid)) continue;
      item.remove();
      this.bubbles.delete(sid);
    }
    for (const message of messages) this.update(message);
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  private update(message: PhoneMessage): void {
    const bubble = this.bubbles.get(message.sid) ?? this.add(message);
    bubble.text.textContent = message.body;
    bubble.text.hidden = message.body === "";
    if (bubble.files !== message.media.length) {
      bubble.media.replaceChildren(...message.media.map((each) => attachment(each, message.mine)));
      bubble.files = message.media.length;
    }
    const kind = message.media.length > 0 ? "MMS" : formatSize(message.segments);
    const line = `${formatTime(message.at)} · ${describeState(message)} · ${kind}`;
    if (bubble.state.textContent !== line) bubble.state.textContent = line;
    bubble.state.classList.toggle("trouble", isTrouble(message));
    const underWay = !message.mine && !["delivered", "sent"].includes(message.status);
    bubble.item.classList.toggle("under-way", underWay);
  }

  private add(message: PhoneMessage): Bubble {
    const item = element("li", message.mine ? "mine" : "theirs");
    const bubble = {
      item,
      text: element("p", "bubble"),
      media: element("div", "media"),
      files: 0,
      state: element("p", "state"),
    };
    const who = element("span", "sr-only", message.mine ? "You:" : `${this.shopName}:`);
    item.append(who, bubble.media, bubble.text, bubble.state);
    this.list.append(item);
    this.bubbles.set(message.sid, bubble);
    return bubble;
  }
}
