#!lua flags=allow-oom
-- What several instances know of windows, put together: the one ledger of all. One key per call.
-- A full Redis must not make windows look lost that the store has: allow-oom; it is small and expires.
--
--   runs   ARGV: runs, time to live (s), then pairs of a field and its changes:
--          "+2:0-60;-1:0-60" puts seconds 0 to 60 of the day to runs of kind 2 and takes them from kind 1.
--          A field then reads "2:0-3600,3660-7200 7:120-180": by kind, in order, never touching.
--   since  ARGV: since, time to live (s), then pairs of a source and an epoch second: the earliest stays.
--
-- Told twice it is the same. Answers how many fields have changed.

local call = redis.call
local key, operation = KEYS[1], ARGV[1]
local HIGHEST_KIND = 31
local changed = 0

local function list_of(text)
  local runs = {}
  for start, stop in string.gmatch(text, '(%d+)-(%d+)') do
    runs[#runs + 1] = {tonumber(start), tonumber(stop)}
  end
  return runs
end

local function with(runs, start, stop)
  local all, placed = {}, false
  for _, run in ipairs(runs) do
    if run[2] < start then
      all[#all + 1] = run
    elseif run[1] > stop then
      if not placed then
        all[#all + 1] = {start, stop}
        placed = true
      end
      all[#all + 1] = run
    else
      start, stop = math.min(start, run[1]), math.max(stop, run[2])
    end
  end
  if not placed then
    all[#all + 1] = {start, stop}
  end
  return all
end

local function without(runs, start, stop)
  local rest = {}
  for _, run in ipairs(runs) do
    if run[1] < math.min(run[2], start) then
      rest[#rest + 1] = {run[1], math.min(run[2], start)}
    end
    if run[2] > math.max(run[1], stop) then
      rest[#rest + 1] = {math.max(run[1], stop), run[2]}
    end
  end
  return rest
end

local function written(kinds)
  local text = {}
  for kind = 0, HIGHEST_KIND do
    local runs = kinds[kind]
    if runs and #runs > 0 then
      local spans = {}
      for i, run in ipairs(runs) do
        spans[i] = string.format('%d-%d', run[1], run[2])
      end
      text[#text + 1] = kind .. ':' .. table.concat(spans, ',')
    end
  end
  return table.concat(text, ' ')
end

if operation == 'runs' then
  for i = 3, #ARGV, 2 do
    local field = ARGV[i]
    local before = call('HGET', key, field) or ''
    local kinds = {}
    for kind, runs in string.gmatch(before, '(%d+):([%d,-]+)') do
      kinds[tonumber(kind)] = list_of(runs)
    end
    for sign, kind, spans in string.gmatch(ARGV[i + 1], '([+-])(%d+):([%d,-]+)') do
      local change = sign == '+' and with or without
      kind = tonumber(kind)
      for _, span in ipairs(list_of(spans)) do
        kinds[kind] = change(kinds[kind] or {}, span[1], span[2])
      end
    end
    local after = written(kinds)
    if after ~= before then
      if after == '' then
        call('HDEL', key, field)
      else
        call('HSET', key, field, after)
      end
      changed = changed + 1
    end
  end
else
  for i = 3, #ARGV, 2 do
    local before = tonumber(call('HGET', key, ARGV[i]) or nil)
    if not before or before > tonumber(ARGV[i + 1]) then
      call('HSET', key, ARGV[i], ARGV[i + 1])
      changed = changed + 1
    end
  end
end
call('EXPIRE', key, ARGV[2])
return changed
