// The pages of the example provider: plain German HTML that works without script.

const escape = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>
body { max-width: 38rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.6 sans-serif; }
button { width: 100%; margin-top: .75rem; padding: .75rem 1rem; font: inherit; text-align: left; cursor: pointer; }
.note { padding: .5rem 1rem; border-left: 4px solid; }
</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</body>
</html>`;

export const choice = (uid, persons) =>
  page(
    "Beispiel-Anmeldung",
    `<p class="note">Nur zum Ausprobieren auf diesem Rechner: erfundene Personen ohne Passwort. In einem echten Netz steht
hier die Anmeldung Ihrer Organisation.</p>
<p>Als wen möchten Sie sich anmelden?</p>
${persons
  .map(
    (person) => `<form method="post" action="/wahl/${escape(uid)}">
<input type="hidden" name="person" value="${escape(person.sub)}">
<button type="submit"><strong>${escape(person.name)}</strong><br>${escape(person.about)}</button>
</form>`,
  )
  .join("\n")}
<form method="post" action="/wahl/${escape(uid)}">
<button type="submit" name="person" value="">Abbrechen</button>
</form>`,
  );

export const signOut = (form) =>
  page(
    "Abmelden",
    `<p>Möchten Sie sich auch hier, bei der Beispiel-Anmeldung, abmelden?</p>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Ja, abmelden</button>
<button type="submit" form="op.logoutForm">Nein, angemeldet bleiben</button>`,
  );

export const signedOut = () => page("Abgemeldet", "<p>Sie sind abgemeldet.</p>");

export const failure = (error) =>
  page(
    "Das hat nicht funktioniert",
    `<p>Die Anmeldung wurde abgelehnt: <code>${escape(error)}</code></p>
<p>Bitte gehen Sie zurück und beginnen Sie neu.</p>`,
  );
