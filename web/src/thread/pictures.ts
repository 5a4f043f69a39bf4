/** The pictures of a conversation, for whoever wants to see one large. */
import { createContext } from "react";
import type { PublicMessage } from "../api";
import { isPicture } from "../conversation/uploads";
import type { Row } from "../conversation/timeline";

export type PictureFile = NonNullable<PublicMessage["attachments"]>[number];

/** HEIC only some browsers draw: it is tried. */
export const mayBeShown = ({ contentType }: PictureFile): boolean =>
  isPicture(contentType) || contentType === "image/heic";

/** In the order in which they came. */
export const picturesOf = (rows: readonly Row[]): PictureFile[] =>
  rows.flatMap(({ message }) => (message?.attachments ?? []).filter(mayBeShown));

/** Shows the picture at this address large, among the others. */
export const ViewerContext = createContext<(url: string) => void>(() => undefined);
