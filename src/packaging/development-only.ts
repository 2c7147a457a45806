/** Folders whose files never reach a person (desktop.md, requirement 55). */
const developmentFolders = /^(src\/dev-shell|renderer\/agent\/dev-shell|src\/tools|test)\//

/**
 * Words that the development shell, its carrier and its disguised languages cannot do without, and nobody else says. A
 * build of the development windows holds them; what ships must not.
 */
export const developmentWords: readonly string[] = ['en-Arab-XB', 'en-XA', '/postern']

/** Which of the paths that went into a bundle belong to development alone. */
export function developmentInputs(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => developmentFolders.test(path))
}

/** Which of those words a script holds as a text of its own, or inside a longer one where that is as telling. */
export function developmentWordsIn(script: string): readonly string[] {
  return developmentWords.filter((word) => ['"', "'", '`'].some((quote) => script.includes(`${quote}${word}${quote}`)))
}
