/** What the edge answers in an origin's stead. */
export interface Answer {
  readonly status: number;
  readonly content: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The emulator's own words, where Cloudflare's can't be known. */
export function plain(status: number, sentence: string): Answer {
  return { status, content: `${sentence}\n`, contentType: "text/plain; charset=utf-8" };
}

/** A page as Cloudflare's errors are: the number is in the HTML, the status is of another kind (DOC). */
export function page(status: number, number: number, title: string, sentence: string): Answer {
  const lines = [
    `<!DOCTYPE html>`,
    `<html lang="en-US">`,
    `<head><title>${title} | Cloudflare</title></head>`,
    `<body><h1>Error ${number}: ${title}</h1><p>${escaped(sentence)}</p></body>`,
    `</html>`,
  ];
  return { status, content: `${lines.join("\n")}\n`, contentType: "text/html; charset=UTF-8" };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
