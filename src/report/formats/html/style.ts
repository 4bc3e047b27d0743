/** Inline style of the page: light and dark from the reader's own setting, no external font, image or script. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--line:#dfe3e8;--grid:#e9ecf0;--ink:#1b2027;--soft:#57606a;--accent:#1f5fbf;--base:#7b8592;
--good:#146c43;--good-bg:#e4f4ea;--bad:#b42318;--bad-bg:#fdeae8;--warn:#855600;--warn-bg:#fdf2d8;--muted:#57606a;--muted-bg:#eceff2;--shade:#fbe4e1}
@media(prefers-color-scheme:dark){:root{--page:#0e1217;--card:#161b22;--line:#2d343d;--grid:#252c35;--ink:#e6eaef;--soft:#a2acb8;--accent:#6cb0ff;--base:#8f9aa8;
--good:#62d394;--good-bg:#12301f;--bad:#ff938a;--bad-bg:#3b1b1b;--warn:#f0c252;--warn-bg:#352909;--muted:#a2acb8;--muted-bg:#232a33;--shade:#331a1b}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:break-word;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
main,header,footer{max-width:1120px;margin:0 auto;padding:0 24px}
.banner{background:var(--warn-bg);color:var(--warn);text-align:center;padding:8px 24px;font-weight:600;border-bottom:1px solid var(--line)}
header{padding-top:32px}
.verdict{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--tone);border-radius:10px;padding:22px 26px}
.verdict .word{color:var(--tone);font-weight:700;letter-spacing:.04em;text-transform:uppercase;font-size:13px}
h1{font-size:27px;line-height:1.25;margin:2px 0 10px;letter-spacing:-.01em}
.next{font-size:16px;margin:0 0 14px;max-width:85ch}
.chips{display:flex;flex-wrap:wrap;gap:8px;align-items:center;color:var(--soft)}
.strip{color:var(--soft);margin:12px 2px 0;font-size:14px}
.strip span+span::before{content:"·";margin:0 9px}
h2{font-size:19px;margin:40px 0 12px;letter-spacing:-.005em}
h3{font-size:16px;margin:0 0 6px}
p{margin:0 0 10px;max-width:90ch}
a{color:var(--accent)}.soft,figcaption,caption{color:var(--soft);font-size:13.5px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 22px;margin:0 0 14px}
.card.tone{border-left:5px solid var(--tone)}
.good{--tone:var(--good);--tint:var(--good-bg)}.bad{--tone:var(--bad);--tint:var(--bad-bg)}.warn{--tone:var(--warn);--tint:var(--warn-bg)}.muted{--tone:var(--muted);--tint:var(--muted-bg)}
.badge{display:inline-block;background:var(--tint);color:var(--tone);border-radius:20px;padding:1px 11px;font-weight:600;font-size:13px;white-space:nowrap}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
code{overflow-wrap:anywhere}td code{overflow-wrap:break-word}
pre{background:var(--page);border:1px solid var(--line);border-radius:7px;padding:11px 13px;margin:6px 0 12px;overflow-x:auto;line-height:1.5}
pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
ol,ul{margin:4px 0 12px;padding-left:22px}li{margin:3px 0}
.label{display:inline-block;min-width:17em}.label small{display:block;color:var(--soft);font-size:12.5px}
.lead{font-weight:600}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;margin:0 0 14px}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{padding:7px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th{color:var(--soft);font-weight:600}thead th{vertical-align:bottom}tbody th{white-space:nowrap;font-weight:400;color:var(--ink)}
tbody tr:last-child td,tbody tr:last-child th{border-bottom:0}
.number{text-align:right;white-space:nowrap}th.number{white-space:normal;min-width:7em}
.row.bad td:first-child{box-shadow:inset 3px 0 0 var(--bad)}.row.warn td:first-child{box-shadow:inset 3px 0 0 var(--warn)}
.card .scroll{border:0;border-radius:0;margin:0}
.matrix table{border-collapse:separate;border-spacing:6px;font-size:14px;width:auto;min-width:60%;margin:0 auto}
.matrix th,.matrix td{border:0}
.matrix thead th{text-align:center;padding:3px 10px;color:var(--ink)}.matrix thead th.axis,.matrix tbody th{text-align:right;white-space:normal;max-width:26em;min-width:9em;overflow-wrap:anywhere}.dense .tile{padding:3px 10px}.dense table{border-spacing:4px 3px}
.matrix tbody th{vertical-align:middle}.matrix .axis,.matrix .of{color:var(--soft);font-weight:400}
.tile{background:var(--tint);border-radius:8px;min-width:122px;text-align:center;padding:13px 12px;vertical-align:middle}
.tile b{color:var(--tone);white-space:nowrap}.tile small{display:block;color:var(--ink);font-size:12.5px}
.tile.empty{background:none;outline:1px dashed var(--line);color:var(--soft)}
figure{margin:0 0 14px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px 10px;overflow-x:auto}
figcaption{margin:4px 0 6px}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:14px 18px}
.panels svg{width:100%}
svg{display:block;max-width:100%;height:auto}svg.wide{min-width:760px;width:100%}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,Arial,"DejaVu Sans",sans-serif;fill:var(--ink);font-size:12.5px;font-variant-numeric:tabular-nums}
svg .soft{fill:var(--soft);font-size:11.5px}svg .end{text-anchor:end}svg .mid{text-anchor:middle}
svg .gridline{stroke:var(--grid);stroke-width:1}svg .zero{stroke:var(--soft);stroke-width:1.2}svg .shade{fill:var(--shade)}
svg .stroke{stroke:var(--tone);fill:none;stroke-width:2}svg .fill{fill:var(--tone)}svg text.toned{fill:var(--tone);font-weight:600}
svg .head{stroke:var(--accent);fill:none;stroke-width:2.2}svg .headdot{fill:var(--accent)}svg .basedot{fill:var(--card);stroke:var(--base);stroke-width:1.8}
svg .base{stroke:var(--base);fill:none;stroke-width:1.8;stroke-dasharray:5 4}
svg .phase{stroke:var(--card);stroke-width:1}svg text.on{fill:#14181e;font-size:11px}
.key{display:inline-flex;gap:16px;flex-wrap:wrap;font-size:13px;color:var(--soft);margin:0 0 8px}.key i{display:inline-block;width:13px;height:13px;border-radius:3px;margin-right:6px;vertical-align:-2px}
.key .line{width:22px;height:0;border-radius:0;border-top:3px solid var(--accent);vertical-align:4px}.key .dash{border-top:2px dashed var(--base)}
details{margin:0 0 12px}details>.scroll,details>ul,details>.card{margin-top:10px}
summary{cursor:pointer;color:var(--accent);padding:3px 2px;width:fit-content}
.marks span{display:inline-block;width:22px;text-align:center;font-weight:700;color:var(--tone)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
footer{padding-top:26px;padding-bottom:44px;color:var(--soft);font-size:13px}
@media(max-width:640px){main,header,footer{padding-left:14px;padding-right:14px}dl{grid-template-columns:1fr}dt{margin-top:6px}}
@media print{body{background:#fff}.card,figure,.scroll{break-inside:avoid}}
`;
