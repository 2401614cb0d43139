import { type ReactNode, useId } from 'react';

/** A step of the setting up: its name, a line about it, its controls. */
export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div>
        <h2 id={id} className="font-semibold text-base">
          {title}
        </h2>
        {text && <p className="text-ink-3">{text}</p>}
      </div>
      {children}
    </section>
  );
}
