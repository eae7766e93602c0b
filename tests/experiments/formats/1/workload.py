
import hashlib, json, os, sys, time
folder = os.environ["SIDUS_TEST_CONTROL"]
with open(os.path.join(folder, "starts"), "a") as file:
    file.write(f"{os.getpid()}\n")
def there(name):
    return os.path.exists(os.path.join(folder, name))
while there("wait"):
    time.sleep(0.01)
if there("crash"):
    sys.exit("it broke\nfor a reason")
print("a line that is not ours")
for operation in ("one", "two"):
    if there("silent") and operation == "two":
        break
    start = time.perf_counter()
    result = hashlib.sha256((operation + os.environ.get("SIDUS_TEST_LEVEL", "unset")).encode()).hexdigest()
    line = {"operation": operation, "duration": time.perf_counter() - start, "work": 2.0, "work_unit": "thing",
            "result_hash": result,
            "metrics": {"level": os.environ.get("SIDUS_TEST_LEVEL"), "argv": sys.argv[1:], "pid": os.getpid()}}
    if there("line"):
        line.update(json.load(open(os.path.join(folder, "line"))))
    print(json.dumps(line), flush=True)
