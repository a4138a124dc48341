// Calls to our own server, as the person who is signed in.
export class Refusal extends Error {
  // status: that of the answer; 0 when none came.
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

// The cookie is the newest: signing in again in another tab changes it.
function token() {
  const cookie = document.cookie.split("; ").find((it) => it.startsWith("csrftoken="));
  return cookie?.slice(10) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

export async function call(method, url, body) {
  let answer;
  try {
    answer = await fetch(url, {
      method,
      headers: { "X-CSRFToken": token(), ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(90_000),
    });
  } catch {
    throw new Refusal(0, "");
  }
  if (answer.ok) return answer.status === 204 ? { status: 204 } : { status: answer.status, ...(await answer.json()) };
  throw new Refusal(answer.status, sentence(await answer.json().catch(() => ({}))));
}

// The sentence of a problem, or of the first field that was refused.
function sentence(problem) {
  if (problem.detail) return String(problem.detail);
  const [first] = Object.values(problem.errors ?? problem).flat(Infinity);
  return typeof first === "string" ? first : "";
}
