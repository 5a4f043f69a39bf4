/** Of `libheif-js` what is used here; its own types are those of its C functions. */
declare module "libheif-js/libheif/libheif.js" {
  type Target = { data: Uint8ClampedArray; width: number; height: number };
  type HeifImage = {
    get_width(): number;
    get_height(): number;
    /** Calls back with null if it can't be drawn. */
    display(target: Target, done: (drawn: Target | null) => void): void;
  };
  export default function libheif(): {
    /** The file's pictures; none if it can't be read. */
    HeifDecoder: new () => { decode(file: ArrayBuffer): HeifImage[] };
  };
}
