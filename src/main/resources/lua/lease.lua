#!lua flags=allow-oom
-- Who samples which shard of the sources. Both keys are in one slot, so one call sees and changes all.
-- A full Redis must not take the leases away: allow-oom.
--
--   KEYS: members (hash: instance -> when its leases end (ms), its identity), shards (hash: shard -> epoch,
--         since when (ms), instance; count: how many shards there are; epoch: the last that was given)
--   turn   ARGV: turn, instance, identity, time to live (ms), shards, the highest epoch it was refused with
--   leave  ARGV: leave, instance, identity
--
-- turn renews the instance's leases and takes what is its due: first shards of nobody, then of those who
-- have more than their due. These need not let go first: the new epoch is higher than any given before, so
-- the first sample of the new owner shuts the old one out. All shards of an instance have one epoch.
--
-- Answers {"named"} while another process lives under that name, {"shards", n} where the others have
-- another number of shards, else {"held", epoch, how many were taken, its shards (numbers), for each living
-- instance name, number of shards, epoch, since when (ms)}; leave answers how many shards are free now.

local call = redis.call
local members, shards = KEYS[1], KEYS[2]
local operation, me, identity = ARGV[1], ARGV[2], ARGV[3]
local KEEP = 30 * 86400

local function parsed(text)
  local first, second = string.match(text or '', '^(%d+) (.*)$')
  return tonumber(first), second
end

local time = call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local alive, names = {}, {}
local all = call('HGETALL', members)
for i = 1, #all, 2 do
  local till, id = parsed(all[i + 1])
  if till and till > now then
    alive[all[i]] = id
    names[#names + 1] = all[i]
  elseif all[i] ~= me then
    call('HDEL', members, all[i])
  end
end

local owner, epoch, since = {}, {}, {}
local function read(count)
  for shard = 0, count - 1 do
    local e, rest = parsed(call('HGET', shards, shard))
    local s, name = parsed(rest)
    if s then owner[shard], epoch[shard], since[shard] = name, e, s end
  end
end

local count = tonumber(call('HGET', shards, 'count') or '') or 0

if operation == 'leave' then
  if alive[me] ~= identity then return 0 end
  read(count)
  local free = 0
  for shard = 0, count - 1 do
    if owner[shard] == me then free = free + 1 end
  end
  call('HDEL', members, me)
  return free
end

if alive[me] and alive[me] ~= identity then return {'named'} end
local ttl, wanted, refused = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if count ~= wanted then
  if #names > (alive[me] and 1 or 0) then return {'shards', count} end
  for shard = wanted, count - 1 do call('HDEL', shards, shard) end
  call('HSET', shards, 'count', wanted)
  count = wanted
end
call('HSET', members, me, string.format('%.0f %s', now + ttl, identity))
call('EXPIRE', members, KEEP)
call('EXPIRE', shards, KEEP)
if not alive[me] then
  alive[me] = identity
  names[#names + 1] = me
end
table.sort(names)
read(count)

local held, due = {}, {}
for rank, name in ipairs(names) do
  held[name] = 0
  due[name] = math.floor(count / #names) + (rank <= count % #names and 1 or 0)
end
for shard = 0, count - 1 do
  local name = owner[shard]
  if name and held[name] then held[name] = held[name] + 1 end
end

local taken = 0
local function take(shard)
  owner[shard], since[shard] = me, now
  held[me] = held[me] + 1
  taken = taken + 1
end
for shard = 0, count - 1 do
  if held[me] < due[me] and not (owner[shard] and held[owner[shard]]) then take(shard) end
end
for shard = count - 1, 0, -1 do
  local name = owner[shard]
  if held[me] < due[me] and name and name ~= me and held[name] and held[name] > due[name] then
    held[name] = held[name] - 1
    take(shard)
  end
end

local mine = 0
for shard = 0, count - 1 do
  if owner[shard] == me and epoch[shard] and epoch[shard] > mine then mine = epoch[shard] end
end
if taken > 0 or (held[me] > 0 and refused >= mine) then
  local last = tonumber(call('HGET', shards, 'epoch') or '') or 0
  mine = math.max(now, last + 1, refused + 1)
  call('HSET', shards, 'epoch', string.format('%.0f', mine))
  for shard = 0, count - 1 do
    if owner[shard] == me then
      epoch[shard] = mine
      call('HSET', shards, shard, string.format('%.0f %.0f %s', mine, since[shard], me))
    end
  end
end

local own, peers = {}, {}
local epochs, sinces = {}, {}
for shard = 0, count - 1 do
  local name = owner[shard]
  if name == me then own[#own + 1] = shard end
  if name and held[name] then
    epochs[name] = math.max(epochs[name] or 0, epoch[shard])
    sinces[name] = math.max(sinces[name] or 0, since[shard])
  end
end
for _, name in ipairs(names) do
  peers[#peers + 1] = {name, held[name], epochs[name] or 0, sinces[name] or 0}
end
return {'held', mine, taken, own, peers}
