const NON_ASCII = /[^\x00-\x7f]/;

/** Bytes of the text in UTF-8: what it took on the wire. Nearly all of ours is ASCII, so that is asked first. */
export function utf8Length(text) {
  if (!NON_ASCII.test(text)) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes += 1;
    } else if (unit < 0x800) {
      bytes += 2;
    } else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4;
      i++;
    } else {
      bytes += 3;
    }
  }
  return bytes;
}
