import { MapPinOff } from 'lucide-react';
import { EmptyState } from '@/ui/empty-state';
import { LinkButton } from '@/ui/link-button';

export function NotFoundPage() {
  return (
    <main className="flex min-h-dvh flex-1 items-center justify-center">
      <EmptyState
        page
        icon={MapPinOff}
        title="Not found"
        action={<LinkButton to="/">Go to the start</LinkButton>}
      >
        The page doesn’t exist, or it isn’t yours to see.
      </EmptyState>
    </main>
  );
}
