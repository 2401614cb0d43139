import { Outlet } from '@tanstack/react-router';
import { UnknownHostScreen, useBrand } from '@/features/branding';

export function Root() {
  const brand = useBrand();
  if (!brand) return <UnknownHostScreen />;
  return <Outlet />;
}
