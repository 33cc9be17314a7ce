#!lua flags=allow-oom
-- Removes archives of one source that are on disk and that nobody folds any more: all of them, or none.
-- A full Redis must be able to let go of what fills it: allow-oom.
--
-- KEYS: hissrv:src:{source}, then archives.
-- ARGV: the number of levels they are folded into, for each its name and the start (s) of the last
--       window of it that they are a part of; the number of marks that the source must not have, open
--       or values, each a field of src; then for each archive the revision that is on disk, 0 for one that must
--       not be there.
--
-- Answers how many it removed; -1 where they are still needed; -2 where one of them is not what it was.

local call = redis.call
local src = KEYS[1]
local at = 0

local function following()
  at = at + 1
  return ARGV[at]
end

local closed, marks = {}, {}
for i = 1, tonumber(following()) do closed[i] = {level = following(), start = tonumber(following())} end
for i = 1, tonumber(following()) do marks[i] = following() end

-- Without a carry nothing is marked to be folded: nobody will.
local function is_still_needed()
  local carry = call('TYPE', src).ok
  if carry ~= 'hash' then return carry ~= 'none' end
  for _, last in ipairs(closed) do
    if (tonumber(call('HGET', src, 'closed:' .. last.level) or '-1') or -1) < last.start then return true end
  end
  for _, mark in ipairs(marks) do
    if call('HEXISTS', src, mark) == 1 then return true end
  end
  return false
end

local function is_as_it_was(key, kind, revision)
  if kind == 'none' then return true end
  if kind ~= 'hash' or revision == '0' then return false end
  local held = call('HMGET', key, 'revision', 'stats')
  return held[1] == revision and held[2] ~= false
end

if is_still_needed() then return -1 end
local archives = {}
for i = 2, #KEYS do
  local kind, revision = call('TYPE', KEYS[i]).ok, following()
  if not is_as_it_was(KEYS[i], kind, revision) then return -2 end
  if kind == 'hash' then archives[#archives + 1] = KEYS[i] end
end
if #archives == 0 then return 0 end
return call('UNLINK', unpack(archives))
