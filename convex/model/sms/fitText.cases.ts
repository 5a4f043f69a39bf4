/**
 * Markdown of the assistant's, and what is texted of it: add a row for whatever comes out wrong.
 */
export const TEXT_CASES: [markdown: string, text: string][] = [
  // Tildes: about, and struck out.
  ["It takes ~1 hour (~$50).", "It takes ~1 hour (~$50)."],
  ["~2 days, ~$80 in parts", "~2 days, ~$80 in parts"],
  ["~~$149~~ $129", "$129"],
  ["Now ~~$149~~ **$129** today", "Now $129 today"],
  ["<del>$149</del> $129", "$129"],
  ["<s>$149</s> $129", "$129"],
  // Keys are words, tags are none.
  ["Press <Enter>, then <F8>.", "Press <Enter>, then <F8>."],
  ["Hold <Shift> and <Ctrl>", "Hold <Shift> and <Ctrl>"],
  ["Press <kbd>F8</kbd>", "Press F8"],
  ["one<br>two<br/>three", "one\ntwo\nthree"],
  ['a <b>bold</b> <span class="x">word</span>', "a bold word"],
  ["<div>\nBring the <b>charger</b>.\n</div>", "Bring the charger."],
  ["<p>One.</p><p>Two.</p>", "One.\nTwo."],
  ["<table><tr><td>Screen</td><td>$179</td></tr></table>", "Screen $179"],
  ["<!-- a note -->\n\nHello", "Hello"],
  ["<script>alert(1)</script>\n\nHello", "Hello"],
  // Entities.
  ["Smith &amp; Sons", "Smith & Sons"],
  ["It&#39;s 5 &lt; 6", "It's 5 < 6"],
  ["5&nbsp;&ndash;&nbsp;7 days", "5 - 7 days"],
  ["&frac12; price, 20&deg;C", "1/2 price, 20°C"],
  ["AT&T; R&D", "AT&T; R&D"],
  ["`&amp;`", "&amp;"],
  // Paths and products.
  ["Delete C:\\Users\\me\\*.txt", "Delete C:\\Users\\me\\*.txt"],
  ["Open %APPDATA%\\_cache", "Open %APPDATA%\\_cache"],
  ["2*3*4 is 24", "2*3*4 is 24"],
  ["5 * 3 = 15", "5 * 3 = 15"],
  ["5\\*3", "5*3"],
  ["*soon* and **now**", "soon and now"],
  ["file_name_here.txt", "file_name_here.txt"],
  // Typography and letters of another width.
  ["10 ÷ 2 and 1⁄2", "10 / 2 and 1/2"],
  ["‹quoted›", "'quoted'"],
  ["ＡＢＣ１２３", "ABC123"],
];
