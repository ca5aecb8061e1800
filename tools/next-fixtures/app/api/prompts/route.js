export const dynamic = "force-dynamic";

export function GET(request) {
  const failed = request.nextUrl.searchParams.has("fail");
  return Response.json({}, { status: failed ? 503 : 200 });
}
