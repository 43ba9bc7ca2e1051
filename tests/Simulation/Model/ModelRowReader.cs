using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Ips.Simulation.Model;

/// <summary>The rows that <see cref="RowReader"/> reads by one batch of PostgreSQL, by LINQ.</summary>
internal sealed class ModelRowReader<TDb>(CallerContexts<TDb> contexts) : IRowReader
    where TDb : ServiceDb
{
    private static readonly MethodInfo One = typeof(ModelRowReader<TDb>).GetMethod(nameof(ReadOne), BindingFlags.Static | BindingFlags.NonPublic)!;

    public async Task<IReadOnlyList<IReadOnlyList<object>>> Read(Caller caller, IReadOnlyList<RowsOf> wanted)
    {
        await using var db = contexts.Open(caller);
        List<IReadOnlyList<object>> found = [];
        foreach (var rows in wanted)
        {
            var one = One.MakeGenericMethod(rows.Row, rows.Keys.GetType().GetElementType()!);
            found.Add(await (Task<List<object>>)one.Invoke(null, [db, rows.Property, rows.Keys])!);
        }

        return found;
    }

    private static async Task<List<object>> ReadOne<TRow, TKey>(TDb db, string property, TKey[] keys) where TRow : class
    {
        var rows = db.Set<TRow>().AsNoTracking().IgnoreQueryFilters().IgnoreAutoIncludes();
        var only = keys[0];
        // One key is nearly always one: its query is compiled once.
        rows = keys.Length == 1
            ? rows.Where(row => EF.Property<TKey>(row, property)!.Equals(only))
            : rows.Where(row => keys.Contains(EF.Property<TKey>(row, property)));
        return [.. await rows.ToListAsync()];
    }
}
