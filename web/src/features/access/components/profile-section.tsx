import type { ReactNode } from 'react';

/** A part of the profile that is more than one line: what it is, and then itself. */
export function ProfileSection({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-3">
      <div>
        <h2 className="font-medium">{title}</h2>
        <p className="text-ink-3 text-xs">{text}</p>
      </div>
      {children}
    </section>
  );
}
