import { cloneElement, type ReactElement } from 'react';

/** A button that opens something, or an element with a tooltip. */
// biome-ignore lint/suspicious/noExplicitAny: it may be any component that gives its props to an element.
export type Trigger = ReactElement<any>;

/** Gives an element more props. Where both have a handler, its own comes first and may prevent the other. */
export function attach(element: Trigger, props: Record<string, unknown>): Trigger {
  const own = element.props as Record<string, unknown>;
  const both = Object.entries(props).map(([name, value]) => {
    const first = own[name];
    if (typeof value !== 'function' || typeof first !== 'function' || name === 'ref') return [name, value];
    return [
      name,
      (event: Event) => {
        first(event);
        if (!event.defaultPrevented) value(event);
      },
    ];
  });
  return cloneElement(element, Object.fromEntries(both));
}
