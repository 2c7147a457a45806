/** Whether the whole text matches the glob: `*` is any run of characters, `?` any one; nothing else is special. Linear. */
export function globMatch(text: string, glob: string): boolean {
  const characters = [...text]
  const pattern = [...glob]
  let at = 0
  let read = 0
  let star = -1
  let resume = 0
  while (at < characters.length) {
    const wanted = pattern[read]
    if (wanted === '*') {
      star = read
      resume = at
      read += 1
    } else if (wanted !== undefined && (wanted === '?' || wanted === characters[at])) {
      at += 1
      read += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      read = star + 1
    } else return false
  }
  while (pattern[read] === '*') read += 1
  return read === pattern.length
}
