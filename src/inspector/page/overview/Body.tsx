import { Line } from './Line.tsx';
import { MassLine } from './MassLine.tsx';
import { isMassClose, keyOf } from './mass-close.ts';
import { items, members, opened } from './store.ts';
import { active, end, first, padTop, wholeHeight } from './viewport.ts';

/** The lines that are in the document, and room for the others. */
export function Body() {
  const from = first.value;
  const shown = items.value.slice(from, end.value);
  // There is always one line that Tab leads to.
  const tabbed = shown.find((item) => keyOf(item) === active.value) ?? shown[0];
  return (
    // The height is said, and not left to what is drawn: while rows are exchanged the list must not become shorter.
    <tbody style={{ height: `${wholeHeight.value}px`, paddingTop: `${padTop.value}px` }}>
      {shown.map((item, index) =>
        isMassClose(item) ? (
          <MassLine
            key={item.key}
            mass={item}
            index={from + index}
            tabbed={item === tabbed}
            open={opened.value.has(item.key)}
          />
        ) : (
          <Line
            key={item.id}
            row={item}
            index={from + index}
            tabbed={item === tabbed}
            member={members.value.has(item)}
          />
        ),
      )}
    </tbody>
  );
}
