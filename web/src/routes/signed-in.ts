import { createRootRouteWithContext, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { type RouterContext, requireBrand, requireSession } from './guards';
import { ErrorPage } from './shell/error-page';
import { NotFoundPage } from './shell/not-found-page';
import { Root } from './shell/root';

export const root = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
  beforeLoad: requireBrand,
});

export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  // Who only signs in needs no shell.
  component: lazyRouteComponent(() => import('./shell/signed-in'), 'SignedIn'),
  beforeLoad: requireSession,
});
