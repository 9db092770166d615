// Owns the colours of code: comments, strings, numbers and words that languages share. Approximate by intent; the text
// itself is never changed.

const C = "//[^\\n]*|/\\*[^]*?(?:\\*/|$)";
const HASH = "#[^\\n]*";
/** Languages by what begins their comments. */
const COMMENTS: readonly [languages: RegExp, comment: string][] = [
  [
    /^(?:py\w*|rb|ruby|sh|bash|zsh|shell|console|ya?ml|toml|r|perl|pl|elixir|ex|docker\w*|make\w*|ini|conf|env|ps1|powershell|nix)$/,
    HASH,
  ],
  [/^(?:sql|lua|haskell|hs|elm|ada|\w*sql)$/, "--[^\\n]*|/\\*[^]*?(?:\\*/|$)"],
  [/^(?:html|xml|svg|vue|svelte|markdown|md)$/, "<!--[^]*?(?:-->|$)"],
  [/^(?:php|tf|hcl)$/, `${C}|${HASH}`],
  [/^(?:css|scss|less)$/, "/\\*[^]*?(?:\\*/|$)"],
  [
    /^(?:[jt]sx?|mjs|cjs|json\w*|java\w*|typescript|c|h|cc|cpp|c\+\+|cs|csharp|go|golang|rs|rust|swift|kt|kotlin|scala|dart|zig|proto|graphql)$/,
    C,
  ],
];
const STRINGS =
  '"""[^]*?(?:"""|$)|"(?:\\\\.|[^"\\\\\\n])*"?|\'(?:\\\\.|[^\'\\\\\\n])*\'?|`(?:\\\\[^]|[^`\\\\])*`?';
const NUMBERS = "\\b\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?\\w*\\b";
const TAGS = "</?[\\w:-]+|/?>";
const WORDS =
  "\\b(?:abstract|alias|and|as|async|await|begin|bool|boolean|break|by|case|catch|char|class|const|continue|create|def|default|defer|del|delete|do|done|double|echo|elif|else|elsif|end|enum|esac|except|export|extends|extern|false|fi|final|finally|float|fn|for|from|func|function|global|go|group|if|impl|implements|import|in|inner|insert|instanceof|int|interface|into|is|join|lambda|left|let|limit|local|long|loop|match|mod|module|mut|namespace|new|nil|none|not|null|on|operator|or|order|override|package|pass|private|protected|protocol|pub|public|raise|readonly|ref|require|return|select|self|set|static|string|struct|super|switch|table|then|this|throw|throws|trait|true|try|type|typeof|undefined|union|unless|unsafe|update|use|using|val|values|var|void|where|while|with|yield)\\b";

/** Colours a code block in a known language: each piece gets a class, `c` comment, `s` string, `n` number, `k` word. */
export function highlight(code: HTMLElement, language: string): void {
  const comment = COMMENTS.find(([languages]) => languages.test(language.toLowerCase()))?.[1];
  if (comment === undefined) return;
  const words = comment.startsWith("<") ? TAGS : WORDS;
  const pattern = new RegExp(`(${comment})|(${STRINGS})|(${NUMBERS})|(${words})`, "gi");
  const text = code.textContent;
  const pieces: (Node | string)[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, isComment, isString, isNumber] = match;
    const piece = document.createElement("span");
    piece.className = isComment ? "c" : isString ? "s" : isNumber ? "n" : "k";
    piece.append(whole);
    pieces.push(text.slice(at, match.index), piece);
    at = match.index + whole.length;
  }
  code.replaceChildren(...pieces, text.slice(at));
}
