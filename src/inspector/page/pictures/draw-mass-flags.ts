import type uPlot from 'uplot';
import type { Pictures } from '../../api.ts';
import { CLOTH, MASS_FONT, massFlags, ROW_PX } from './mass-flags.ts';
import type { Theme } from './theme.ts';

type Mass = Pictures['closes']['mass'];

/** Draws them on uPlot's canvas. @returns how many found no room */
export function drawMassFlags(plot: uPlot, mass: Mass, rows: number, theme: Theme): number {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const right = (bbox.left + bbox.width) / ratio;
  const placed = massFlags(mass, (at) => plot.valToPos(at, 'x') + bbox.left / ratio, right, rows);
  ctx.save();
  ctx.scale(ratio, ratio);
  ctx.font = `${MASS_FONT.px}px ${theme.font}`;
  ctx.textBaseline = 'alphabetic';
  for (const { mass: each, x, text, textX, anchor, row, poleRow } of placed) {
    const top = 4 + poleRow * ROW_PX;
    const behind = anchor === 'end';
    ctx.fillStyle = ctx.strokeStyle = theme.party(each.closedBy);
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, (bbox.top + bbox.height) / ratio);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x + (behind ? -CLOTH.width : CLOTH.width), top + CLOTH.height / 2);
    ctx.lineTo(x, top + CLOTH.height);
    ctx.fill();
    ctx.fillStyle = theme.text;
    ctx.textAlign = anchor === 'middle' ? 'center' : anchor;
    ctx.fillText(text, textX, 14 + row * ROW_PX);
  }
  ctx.restore();
  return mass.length - placed.length;
}
