import type { ReactNode } from 'react';

/** One setting: what it is at the start, its control at the end. */
export function SettingRow({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <h2 className="font-medium">{title}</h2>
        <p className="text-ink-3 text-xs">{text}</p>
      </div>
      <div className="flex items-center gap-2">{children}</div>
    </div>
  );
}
