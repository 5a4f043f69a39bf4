/** `convex env set` and `convex env remove`. */
import type { Deployment } from "./deployment";
import { EnvironmentError, type EnvironmentChange } from "./environment";
import { HttpError, makeAdminGuard, readJson, type Handler } from "./http";

export function createEnvironmentRoutes(deployment: Deployment): Record<string, Handler> {
  const admin = makeAdminGuard(deployment.adminKey);
  return {
    "POST /api/update_environment_variables": admin(async ({ request, response }) => {
      const { changes } = await readJson<{ changes: EnvironmentChange[] }>(request);
      try {
        await deployment.changeEnvironment(
          changes.map(({ name, value }) => ({ name, value: value ?? null })),
        );
      } catch (error) {
        if (error instanceof EnvironmentError) throw new HttpError(400, error.code, error.message);
        throw error;
      }
      response.writeHead(200);
      response.end();
    }),
  };
}
