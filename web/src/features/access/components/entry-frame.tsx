import { lazy, type ReactNode, Suspense } from 'react';
import { BrandMark, useBrand } from '@/features/branding';
import { useStore } from '@/lib/store';
import { toasts } from '@/lib/toast';

// Hardly anybody who signs in is told something, so nobody waits for it.
const EntryToaster = lazy(() => import('./entry-toaster').then((m) => ({ default: m.EntryToaster })));

/** The page around what a person sees before being signed in: the brand, and one narrow column. */
export function EntryFrame({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  const brand = useBrand();
  const told = useStore(toasts).length > 0;
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center bg-sunken px-4 py-10">
      <main className="flex w-full max-w-[360px] flex-col gap-6">
        <div className="flex flex-col gap-4">
          <div className="flex items-center gap-3">
            <BrandMark brand={brand} size="lg" />
            <span className="min-w-0 truncate font-semibold text-base text-ink-2">{brand?.display_name}</span>
          </div>
          <div>
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            {lead && <p className="mt-1 text-ink-2">{lead}</p>}
          </div>
        </div>
        {children}
      </main>
      <Suspense>{told && <EntryToaster />}</Suspense>
    </div>
  );
}
