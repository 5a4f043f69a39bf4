/** The look of what stands on the page itself. `!important` on the host: it is the one element that the page can style. */
export const STYLES = `
:host{all:initial!important;position:fixed!important;inset:auto 0 0 auto!important;width:0!important;height:0!important;z-index:2147483000!important;font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif!important}
[hidden]{display:none!important}
.launcher,.panel{position:fixed;right:max(var(--computer-guys-side,20px),env(safe-area-inset-right))}
:host([data-computer-guys=left]) :is(.launcher,.panel){right:auto;left:max(var(--computer-guys-side,20px),env(safe-area-inset-left))}
.launcher{bottom:max(var(--computer-guys-bottom,20px),env(safe-area-inset-bottom));width:56px;height:56px;padding:0;border:0;border-radius:50%;display:grid;place-items:center;cursor:pointer;color:#fff;background:var(--computer-guys-accent,#0b6b5f);box-shadow:0 2px 6px rgb(0 0 0/.16),0 8px 24px rgb(0 0 0/.2);-webkit-tap-highlight-color:transparent}
:host([data-scheme=dark]) .launcher{color:#06241f;background:var(--computer-guys-accent-dark,var(--computer-guys-accent,#5cc7b3))}
.launcher:focus-visible{outline:3px solid;outline-offset:-6px;box-shadow:0 0 0 3px #fff,0 0 0 6px #000}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;box-sizing:border-box;padding:0 6px;border-radius:11px;font-size:13px;font-weight:600;line-height:22px;text-align:center;color:#fff;background:#ad2018;box-shadow:0 0 0 2px #fff}
.panel{bottom:calc(max(var(--computer-guys-bottom,20px),env(safe-area-inset-bottom)) + 68px);width:min(400px,calc(100vw - 40px));height:min(680px,calc(100dvh - 120px));overflow:hidden;border-radius:20px;background:#fbfaf8;box-shadow:0 4px 12px rgb(0 0 0/.12),0 20px 60px rgb(0 0 0/.28)}
:host([data-scheme=dark]) .panel{background:#171614}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;visibility:hidden;color-scheme:normal}
.panel[data-ready] iframe{visibility:visible}
a{position:absolute;inset:40% 24px auto;text-align:center;font-size:16px;line-height:1.5;color:#59544c;animation:late 0s 3s backwards}
:host([data-scheme=dark]) a{color:#bfb8ad}
.panel[data-ready] a{display:none}
@keyframes late{from{visibility:hidden}}
.news{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:520px),(max-height:480px){
:host .panel{inset:var(--top,0) 0 auto!important;width:auto;height:var(--height,100dvh);box-sizing:border-box;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);border-radius:0}
.panel[data-ready] iframe{position:static}
:host([data-open=true]) .panel[data-ready]+.launcher{display:none}
:host([data-open=true]) .launcher{z-index:1}
}
@media(prefers-reduced-motion:no-preference){:host([data-open=true]) .panel{animation:rise .18s ease-out}@keyframes rise{from{opacity:0;transform:translateY(12px)}}}
@media print{:host{display:none!important}}
`;
