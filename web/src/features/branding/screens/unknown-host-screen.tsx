import { Globe } from 'lucide-react';
import { EmptyState } from '@/ui/empty-state';

/** For an address that belongs to nobody: says so, and nothing about who is served here. */
export function UnknownHostScreen() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <EmptyState page icon={Globe} title="Nothing lives at this address">
        Check the address for a typing mistake. If someone gave it to you, ask them for the right one.
      </EmptyState>
    </main>
  );
}
