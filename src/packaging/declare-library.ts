import { join } from 'node:path'
import ts from 'typescript'

/**
 * The type declarations of a library in one file that imports nothing: what the entry exports and what that mentions, as
 * the compiler declares it, with types that are inferred from schemas written out. Throws on a type error, on a name of
 * a package or folder that is left, and where two files mean different things by one name.
 */
export function declareLibrary(root: string, entry: string): string {
  const program = compile(root, entry)
  const checker = program.getTypeChecker()
  const declared = declarationsOf(program)
  const statements = new Map<string, { readonly file: string; readonly text: string }>()
  const source = program.getSourceFile(join(root, entry))
  const exported = exportsOf(checker, source)

  const take = (symbol: ts.Symbol): void => {
    const origin = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const declaration = origin.declarations?.[0]
    if (declaration === undefined) throw new Error(`${symbol.name} is declared nowhere`)
    const file = declaration.getSourceFile()
    if (program.isSourceFileDefaultLibrary(file) || ts.isTypeParameterDeclaration(declaration)) return
    const known = statements.get(origin.name)
    if (known !== undefined) {
      if (known.file !== file.fileName)
        throw new Error(`two files mean ${origin.name}: ${known.file}, ${file.fileName}`)
      return
    }
    const statement = statementOf(declared, file.fileName, origin.name)
    if (isInferred(statement, file)) {
      const text = `${docOf(statement)}export type ${origin.name} = ${spell(checker, origin)};`
      statements.set(origin.name, { file: file.fileName, text })
      return
    }
    statements.set(origin.name, { file: file.fileName, text: asExport(statement) })
    for (const name of typeNamesIn(statement)) {
      const mentioned = checker.resolveName(name, file, ts.SymbolFlags.Type | ts.SymbolFlags.Value, false)
      if (mentioned !== undefined) take(mentioned)
    }
  }
  for (const symbol of exported) take(symbol)
  return finish(
    [...statements.values()].map(({ text }) => text).join('\n\n'),
    new Set(exported.map(({ name }) => name)),
  )
}

function compile(root: string, entry: string): ts.Program {
  const configFile = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const program = ts.createProgram([join(root, entry)], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    allowImportingTsExtensions: true,
  })
  const [wrong] = ts.getPreEmitDiagnostics(program)
  if (wrong !== undefined)
    throw new Error(`${wrong.file?.fileName}: ${ts.flattenDiagnosticMessageText(wrong.messageText, '\n')}`)
  return program
}

/** Every module's declarations, by the path of its source. */
function declarationsOf(program: ts.Program): ReadonlyMap<string, ts.SourceFile> {
  const declared = new Map<string, ts.SourceFile>()
  program.emit(undefined, (_, text, __, ___, sources) => {
    const source = sources?.[0]
    if (source === undefined) return
    declared.set(source.fileName, ts.createSourceFile('d.ts', text, ts.ScriptTarget.Latest, true))
  })
  return declared
}

function exportsOf(checker: ts.TypeChecker, source: ts.SourceFile | undefined): readonly ts.Symbol[] {
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error('the entry exports nothing')
  return checker.getExportsOfModule(module)
}

function statementOf(declared: ReadonlyMap<string, ts.SourceFile>, file: string, name: string): ts.Statement {
  const found = declared.get(file)?.statements.find((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.some((one) => one.name.getText() === name)
    const isNamed =
      ts.isTypeAliasDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isFunctionDeclaration(statement)
    return isNamed && statement.name?.text === name
  })
  if (found === undefined) throw new Error(`${name} is not declared in ${file}`)
  return found
}

/** Whether the type says what a schema makes of it, so that its words are a library's. */
function isInferred(statement: ts.Statement, file: ts.SourceFile): boolean {
  return (
    ts.isTypeAliasDeclaration(statement) && file.text.includes(`from 'zod'`) && /\bz\./.test(statement.type.getText())
  )
}

function spell(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const flags =
    ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias | ts.TypeFormatFlags.MultilineObjectLiterals
  return checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, flags)
}

function docOf(statement: ts.Statement): string {
  const text = statement.getSourceFile().text
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []
  const doc = comments.map(({ pos, end }) => text.slice(pos, end)).findLast((comment) => comment.startsWith('/**'))
  return doc === undefined ? '' : `${doc}\n`
}

function asExport(statement: ts.Statement): string {
  const bare = statement.getText().replace(/^(export )?(declare )?/, '')
  const isType = ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)
  return `${docOf(statement)}export ${isType ? '' : 'declare '}${bare}`
}

function typeNamesIn(statement: ts.Statement): readonly string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) names.push(leftmost(node.typeName).text)
    if (ts.isTypeQueryNode(node)) names.push(leftmost(node.exprName).text)
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) names.push(node.expression.text)
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return names
}

function leftmost(name: ts.EntityName): ts.Identifier {
  return ts.isIdentifier(name) ? name : leftmost(name.left)
}

/** Parsed once more, so that it is laid out alike throughout; what the entry does not export is not exported here. */
function finish(text: string, exported: ReadonlySet<string>): string {
  const file = ts.createSourceFile('index.d.ts', text, ts.ScriptTarget.Latest, true)
  const laidOut = ts
    .createPrinter()
    .printFile(file)
    .replace(/^export (declare \w+|type|interface) (\w+)/gm, (whole, kind: string, name: string) =>
      exported.has(name) ? whole : `${kind} ${name}`,
    )
  const left = /\bimport\(|from ['"]|['"]#\w+\/|\bz\./.exec(laidOut)
  if (left !== null)
    throw new Error(`the declarations still name a module: ${laidOut.slice(left.index, left.index + 80)}`)
  // Without an import or a bare export, what is not exported would be.
  return `${laidOut}export {};\n`
}
