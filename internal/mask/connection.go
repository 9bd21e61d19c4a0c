package mask

import (
	"strings"

	"hoist.example/hoist/internal/value"
)

// databases are the schemes of databases, caches, brokers and directories, as
// URLs, GoFrame's links and JDBC spell them.
var databases = map[string]bool{
	"postgres": true, "postgresql": true, "pgsql": true, "pg": true, "pgx": true, "cockroachdb": true, "redshift": true, "timescaledb": true,
	"mysql": true, "mariadb": true, "tidb": true, "mysqlx": true, "sqlserver": true, "mssql": true, "oracle": true, "dm": true, "oceanbase": true, "gaussdb": true,
	"mongodb": true, "mongodb+srv": true, "redis": true, "rediss": true, "redis+sentinel": true, "redis+cluster": true, "valkey": true, "valkeys": true, "memcached": true, "memcache": true,
	"amqp": true, "amqps": true, "kafka": true, "nats": true, "pulsar": true, "pulsar+ssl": true, "mqtt": true, "mqtts": true, "stomp": true,
	"clickhouse": true, "cassandra": true, "scylla": true, "couchbase": true, "couchbases": true, "neo4j": true, "neo4j+s": true, "bolt": true, "influxdb": true,
	"elasticsearch": true, "opensearch": true, "etcd": true, "zookeeper": true, "ldap": true, "ldaps": true, "milvus": true, "sqlite": true, "sqlite3": true,
}

// managed are the domains under which clouds give each database, cache and
// broker a host of its own.
var managed = []string{
	".rds.amazonaws.com", ".rds.amazonaws.com.cn", ".cache.amazonaws.com", ".cache.amazonaws.com.cn", ".docdb.amazonaws.com", ".redshift.amazonaws.com",
	".rds.aliyuncs.com", ".rds.aliyuncs.com.cn", ".mongodb.rds.aliyuncs.com", ".mongodb.net", ".redis.cache.windows.net", ".database.windows.net", ".postgres.database.azure.com",
	".mysql.database.azure.com", ".servicebus.windows.net", ".cloudamqp.com", ".upstash.io", ".neon.tech", ".tencentcdb.com", ".myhuaweicloud.com",
}

// ConnectionString reports whether v (or an element of a list) says where a
// database, a cache or a broker is, with or without a password: such a value
// belongs to one environment. An address of a web service is none, and neither
// is one to listen on (":6379", "0.0.0.0:9092").
func ConnectionString(v value.Value) bool {
	for _, e := range v.Items() {
		if ConnectionString(e) {
			return true
		}
	}
	if k := v.Kind(); k != value.String && k != value.Tagged {
		return false
	}
	s := strings.TrimSpace(v.Reveal())
	if len(s) < 7 || strings.ContainsAny(s, "\r\n") || !strings.ContainsAny(s, ":.=") {
		return false
	}
	return byScheme(s) || protocol(s, 0) > 0 && strings.Contains(s, ":") || settings(s) || hosts(s)
}

// byScheme: postgres://…, jdbc:mysql://…, mysql:user:…@….
func byScheme(s string) bool {
	s = strings.TrimPrefix(s, "jdbc:")
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || len(scheme) > 20 || !databases[strings.ToLower(scheme)] || rest == "" {
		return false
	}
	return strings.HasPrefix(rest, "//") && len(rest) > 2 || strings.Contains(rest, "@") || len(s) > len(scheme)+1 && strings.HasPrefix(rest, "thin:")
}

// settings: libpq's "host=… dbname=…", ADO's "Server=…;Database=…".
func settings(s string) bool {
	if strings.Count(s, "=") < 2 {
		return false
	}
	host, more := false, false
	for i := 0; i < len(s); i++ {
		if s[i] != '=' {
			continue
		}
		switch strings.ToLower(nameBefore(s, i)) {
		case "host", "server", "addr", "hostaddr", "source", "endpoint", "hostname":
			host = true
		case "dbname", "database", "catalog", "user", "uid", "id", "password", "pwd", "sharedaccesskey":
			more = true
		}
	}
	return host && more
}

// hosts: one host:port of a database's usual port, a managed host, or several
// of them with commas between.
func hosts(s string) bool {
	if len(s) > 2048 || strings.ContainsAny(s, " /\"'<>(){}@") {
		return false
	}
	for _, h := range strings.Split(s, ",") {
		if !databaseHost(h) {
			return false
		}
	}
	return true
}

func databaseHost(s string) bool {
	host, port, ok := strings.Cut(s, ":")
	if host == "" || host == "0.0.0.0" || !all(host, func(c byte) bool { return isAlnum(c) || c == '-' || c == '.' || c == '_' }) {
		return false
	}
	if ok && !all(port, isDigit) {
		return false
	}
	lower := strings.ToLower(host)
	for _, m := range managed {
		if strings.HasSuffix(lower, m) {
			return true
		}
	}
	if strings.HasSuffix(lower, ".amazonaws.com") && (strings.Contains(lower, ".memorydb.") || strings.Contains(lower, ".kafka.") || strings.Contains(lower, ".mq.")) {
		return true
	}
	return ok && databasePort(port)
}

// databasePort: the ports that these servers have unless told otherwise.
func databasePort(port string) bool {
	switch port {
	case "3306", "33060", "4000", "5432", "5433", "6432", "1433", "1521", "9042", "27017", "27018", "27019", // databases
		"6379", "6380", "16379", "26379", "11211", // caches
		"5671", "5672", "9092", "9093", "9094", "9096", "9098", "4222", "6650", "2181", "61616": // brokers
		return true
	}
	return false
}
