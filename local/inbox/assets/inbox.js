// Keeps the page up to date: asks every two seconds whether the messages changed, and if so adds the new ones without
// touching those that are being read.

const POLL_INTERVAL_MS = 2_000;

const byId = (id) => document.getElementById(id);
const list = byId('messages');
const emptyButton = byId('empty-inbox');
const status = byId('status');

let isLost = false;

const say = (text) => {
  if (status.textContent !== text) status.textContent = text;
};

const merge = (fresh) => {
  const freshItems = [...fresh.querySelectorAll('#messages > li')];
  const freshIds = new Set(freshItems.map((item) => item.dataset.id));
  const shownIds = new Set([...list.children].map((item) => item.dataset.id));

  for (const item of list.querySelectorAll(':scope > li')) if (!freshIds.has(item.dataset.id)) item.remove();
  // New messages are the newest. What is shown stays where it is: a frame that is moved loads again.
  const added = freshItems.filter((item) => !shownIds.has(item.dataset.id));
  list.prepend(...added.map((item) => document.importNode(item, true)));

  for (const id of ['count', 'clock-state']) byId(id).textContent = fresh.getElementById(id).textContent;
  for (const id of ['nothing-yet', 'older']) byId(id).hidden = fresh.getElementById(id).hidden;
  document.title = fresh.title;
  document.body.dataset.revision = fresh.body.dataset.revision;
  emptyButton.disabled = list.children.length === 0;
  if (list.children.length === 0) say('');
  if (added.length > 0) say(added.length === 1 ? 'A new message came.' : `${added.length} new messages came.`);
};

const update = async () => {
  try {
    const { headers } = await fetch('/messages', { method: 'HEAD' });
    if (isLost) say('');
    isLost = false;
    if (headers.get('etag') !== `"${document.body.dataset.revision}"`) {
      const page = await fetch('/');
      merge(new DOMParser().parseFromString(await page.text(), 'text/html'));
    }
  } catch {
    isLost = true;
    say('The inbox does not answer; trying again.');
  }
};

const poll = async () => {
  if (!document.hidden) await update();
  setTimeout(() => void poll(), POLL_INTERVAL_MS);
};

const emptyInbox = async () => {
  emptyButton.disabled = true;
  await fetch('/messages', { method: 'DELETE' }).catch(() => {}); // the update says what is wrong
  await update();
  emptyButton.disabled = list.children.length === 0;
};

emptyButton.addEventListener('click', () => void emptyInbox());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void update();
});

emptyButton.hidden = false;
emptyButton.disabled = list.children.length === 0;
setTimeout(() => void poll(), POLL_INTERVAL_MS);
