import { Outlet } from '@tanstack/react-router';
import { UnknownHostScreen, useBrand } from '@/features/branding';
import { Toaster } from '@/ui/toaster';

export function Root() {
  const brand = useBrand();
  if (!brand) return <UnknownHostScreen />;
  return (
    <>
      <Outlet />
      <Toaster />
    </>
  );
}
