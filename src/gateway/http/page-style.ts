/** The one style sheet of the plain pages. Follows the colours that the person's system asks for. */
export const pageStyle = `:root {
  color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --strong: #0b5cad; --bad: #b3261e; --good: #1a7f37;
}
@media (prefers-color-scheme: dark) {
  :root { --back: #101418; --card: #1a2026; --text: #e8eaed; --quiet: #a3adb8; --line: #39424c; --strong: #7ab7ff; --bad: #ff9a90; --good: #6fdd8b; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 10vh auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.3; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
label { display: block; margin: 0 0 1rem; }
label span { display: block; margin: 0 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--quiet); border-radius: 8px; }
button { padding: .7rem 1.2rem; font: inherit; font-weight: 600; color: var(--card); background: var(--strong); border: 0; border-radius: 8px; cursor: pointer; }
button:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px; }
[role=status] { min-height: 1.5rem; margin: 1rem 0; }
[role=status].bad::before { content: '✕ '; color: var(--bad); }
[role=status].good::before { content: '✓ '; color: var(--good); }
ul.terms { margin: 0 0 1.25rem; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 8px; }
.terms li { padding: .6rem .9rem; overflow-wrap: anywhere; }
.terms li + li { border-top: 1px solid var(--line); }
.terms .resources, .terms .time { font-weight: 600; }
.terms .grounds, .terms .earlier { color: var(--quiet); font-size: .9rem; }
figure { margin: 0 0 1.25rem; padding: 0 0 0 .9rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; }
figcaption { color: var(--quiet); font-size: .9rem; }
blockquote { margin: 0; white-space: pre-wrap; }
figure p { margin: .25rem 0 0; }
form .quiet { margin: .75rem 0 0; }
[role=status] { overflow-wrap: anywhere; }
details { margin: 1rem 0 0; color: var(--quiet); font-size: .9rem; }
summary { cursor: pointer; }
dl { margin: .75rem 0 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; overflow-wrap: anywhere; }
[hidden] { display: none; }
@media (max-width: 36rem) { main { margin: 0; min-height: 100vh; border: 0; border-radius: 0; } }
`
