import { NextResponse } from "next/server";

// The middleware answers two paths itself and forwards the others.
export function middleware(request) {
  switch (request.nextUrl.pathname) {
    case "/api/private":
      return NextResponse.json({ error: "unauthorized" }, { status: 401 });
    case "/old":
      return NextResponse.redirect(new URL("/prompts/logo", request.url), 307);
  }
  return NextResponse.next();
}
