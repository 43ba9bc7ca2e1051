using System.Globalization;
using Npgsql;

namespace Ips.Load;

/// <summary>
/// What the platform has used up to now: processor time of each part, WAL, and room in Eligibility's database. The variable PARTS names the parts and their processes, such as
/// <c>Eligibility=123 PostgreSQL=456</c>; a part's children belong to it.
/// </summary>
internal sealed record Costs(IReadOnlyDictionary<string, double> CpuMs, double WalBytes, long StoredBytes)
{
    private const double MsPerTick = 10;   // USER_HZ is 100 on every Linux that .NET runs on

    /// <summary>Reads them. This process is the part "driver".</summary>
    public static async Task<Costs> Now()
    {
        var parts = Callers.Setting("PARTS").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('='))
            .Append(["driver", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        var processes = Directory.EnumerateDirectories("/proc").Select(Read).OfType<Process>().ToList();
        var children = processes.ToLookup(process => process.Parent);
        var all = processes.ToDictionary(process => process.Id);
        var cpu = parts.ToDictionary(part => part[0], part => all.TryGetValue(int.Parse(part[1], CultureInfo.InvariantCulture), out var root) ? Sum(root) : 0);
        await using var database = NpgsqlDataSource.Create(Callers.Setting("ELIGIBILITY_DB"));
        await using var bytes = database.CreateCommand("select pg_current_wal_lsn() - '0/0', pg_database_size(current_database())");
        await using var read = await bytes.ExecuteReaderAsync();
        await read.ReadAsync();
        return new(cpu, (double)read.GetDecimal(0), read.GetInt64(1));

        double Sum(Process process) => process.Ms + children[process.Id].Sum(Sum);
    }

    /// <summary>The same in words, without the parts.</summary>
    public string InWords(Costs before, int count) => string.Create(CultureInfo.InvariantCulture,
        $"{(CpuMs.Values.Sum() - before.CpuMs.Values.Sum()) / count:F1} ms of processor time, {Kilobytes(StoredBytes - before.StoredBytes, count):F1} kB stored, "
            + $"{Kilobytes(WalBytes - before.WalBytes, count):F1} kB WAL");

    /// <summary>One row of a table: milliseconds of processor time by part and in all, WAL, and room, for each of <paramref name="count"/> decisions since.</summary>
    public string Each(Costs before, int count)
    {
        var cpu = CpuMs.Select(part => (part.Value - before.CpuMs[part.Key]) / count).ToList();
        var bytes = string.Create(CultureInfo.InvariantCulture,
            $" | {Kilobytes(WalBytes - before.WalBytes, count):F1} | {Kilobytes(StoredBytes - before.StoredBytes, count):F1}");
        return string.Join(" | ", cpu.Append(cpu.Sum()).Select(ms => ms.ToString("F2", CultureInfo.InvariantCulture))) + bytes;
    }

    private static double Kilobytes(double bytes, int count) => bytes / count / 1000;

    private static Process? Read(string directory)
    {
        if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id))
            return null;
        try
        {
            var stat = File.ReadAllText(Path.Combine(directory, "stat"));
            // After the name in parentheses, which may hold spaces: state, parent, ..., and as the 12th to 15th field user and system time, and those of
            // children that have ended, such as connections of PostgreSQL.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return new(id, int.Parse(fields[1], CultureInfo.InvariantCulture), MsPerTick * ticks);
        }
        catch (IOException)
        {
            return null;   // it ended meanwhile
        }
    }

    private sealed record Process(int Id, int Parent, double Ms);
}
