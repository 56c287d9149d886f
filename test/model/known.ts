/**
 * What the model finds in the package as it is, by the beginning of its line: the sample in the tests passes over it, the
 * command doesn't. A line goes when its cause is mended; in the end there is none.
 */
const KNOWN: readonly RegExp[] = [
  /^a contradiction passes the preview/,
  /^let in and refused by turns: up \(first program\), interrupted/,
  /^no way on: stack 1/,
  /^not what the program says: stack 1/,
  /^not what the program says: .*(interrupted|moved)/,
  /^refused without a reason: .*interrupted/,
  /^somebody else's thing changed/,
  /^the run refuses what the preview passed/,
  /^wrongly (admitted|refused)/,
];

export function isKnown(shape: string): boolean {
  return KNOWN.some((known) => known.test(shape));
}
