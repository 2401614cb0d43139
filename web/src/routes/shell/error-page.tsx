import type { ErrorComponentProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';
import { Failure } from '@/ui/failure';

/** In the place of a page that broke. A new version may have replaced the files of this one: then a reload mends it. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    if (/dynamically imported module|Importing a module/i.test(String(error))) return location.reload();
    reset();
    void router.invalidate();
  };
  return (
    <main className="flex min-h-dvh flex-1 items-center justify-center">
      <Failure error={error} retry={retry} />
    </main>
  );
}
