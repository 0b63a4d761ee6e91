# Counts the lines that contain each word, with DuckDB in memory. Arguments: the text, the words (one a line). Prints
# [[found, wall seconds, processor seconds], …].
import json, sys, time
import duckdb

text, words = sys.argv[1:]
db = duckdb.connect()
db.execute(
    "create table t as select * from read_csv(?, columns={'line': 'VARCHAR'}, delim='\x02', quote='', escape='',"
    " header=false, auto_detect=false, max_line_size=16777216)",
    [text],
)
answers = []
for word in open(words, encoding="utf-8").read().splitlines():
    wall, cpu = time.perf_counter(), time.process_time()
    (found,) = db.execute("select count(*) from t where contains(line, ?)", [word]).fetchone()
    answers.append([found, time.perf_counter() - wall, time.process_time() - cpu])
print(json.dumps(answers))
