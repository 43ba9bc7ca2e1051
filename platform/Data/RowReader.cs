using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>The rows of one table that belong to some keys.</summary>
/// <param name="Row">The type of the rows, or the base of the types that the table holds.</param>
/// <param name="Property">The property that has one of the keys.</param>
/// <param name="Keys">An array of the property's type.</param>
public sealed record RowsOf(Type Row, string Property, Array Keys);

/// <summary>Reads rows by key, for reads that frequent use cases make.</summary>
public interface IRowReader
{
    /// <summary>
    /// One list for each that is wanted, its rows in the order of their primary keys; of them those that the caller may see by row-level security, all of
    /// one moment. No query filter and no interceptor applies: who reads with it checks again what the caller may see.
    /// </summary>
    Task<IReadOnlyList<IReadOnlyList<object>>> Read(Caller caller, IReadOnlyList<RowsOf> wanted);
}

/// <summary>
/// Reads them in one round trip, without a context: its creation and its queries cost more than the rows. Statements and rows are made from the EF model, once.
/// </summary>
internal sealed class RowReader(IServiceScopeFactory scopes, ICallerConnections connections) : IRowReader
{
    // One snapshot: a person is never read with the facts of a moment later. Sent with the batch, so that it costs no round trip.
    private const string Begin = "begin isolation level repeatable read, read only";
    private const string End = "commit";

    // Its arrays have any number of keys: PostgreSQL would plan the statement again each time.
    private const string KeepPlans = KeyedPlans.Use + ", set_config('plan_cache_mode', 'force_generic_plan', true)";

    private readonly Lazy<IModel> model = new(scopes.Model);

    private readonly ConcurrentDictionary<(Type Row, string Property), TableRows> tables = new();

    public async Task<IReadOnlyList<IReadOnlyList<object>>> Read(Caller caller, IReadOnlyList<RowsOf> wanted)
    {
        await using var connection = await connections.Open(caller, CancellationToken.None);
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(new(Begin));
        batch.BatchCommands.Add(new(KeepPlans));
        List<TableRows> from = [.. wanted.Select(rows => tables.GetOrAdd((rows.Row, rows.Property), Table))];
        foreach (var (table, rows) in from.Zip(wanted))
            batch.BatchCommands.Add(table.Select(rows.Keys));
        batch.BatchCommands.Add(new(End));

        List<IReadOnlyList<object>> found = [];
        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var table in from)
        {
            await reader.NextResultAsync();
            List<object> rows = [];
            while (await reader.ReadAsync())
                rows.Add(table.Read(reader));
            found.Add(rows);
        }

        return found;
    }

    private TableRows Table((Type Row, string Property) of) => new(
        model.Value.FindEntityType(of.Row) ?? throw new ArgumentException($"{of.Row.Name} is not a row of this service's database.", nameof(of)), of.Property);
}

/// <summary>How the rows of one table are selected by a property and made.</summary>
internal sealed class TableRows
{
    private readonly string select;
    private readonly Func<Array, Array> keys;
    private readonly Func<NpgsqlDataReader, object>? only;
    private readonly int kind;
    private readonly Dictionary<string, Func<NpgsqlDataReader, object>> byKind = [];

    public TableRows(IEntityType type, string property)
    {
        var table = type.GetTableMappings().Single().Table;
        var place = table.Columns.Select((column, i) => (column.Name, i)).ToDictionary(column => column.Name, column => column.i);
        var by = type.FindProperty(property) ?? throw new ArgumentException($"{type.DisplayName()} has no property {property}.", nameof(property));
        var order = string.Join(", ", table.PrimaryKey!.Columns.Select(column => column.Name.Quoted()));
        var columns = string.Join(", ", table.Columns.Select(column => column.Name.Quoted()));
        select = $"select {columns} from {table.Name} where {by.GetColumnName().Quoted()} = any($1) order by {order}";
        keys = by.GetTypeMapping().Converter is { } converter
            ? given => Converted(given, converter.ConvertToProvider, converter.ProviderClrType)
            : given => given;
        if (type.FindDiscriminatorProperty() is not { } discriminator)
        {
            only = Maker(type, place);
            return;
        }

        kind = place[discriminator.GetColumnName()];
        foreach (var concrete in type.GetConcreteDerivedTypesInclusive())
            byKind[(string)concrete.GetDiscriminatorValue()!] = Maker(concrete, place);
    }

    public NpgsqlBatchCommand Select(Array of) => new(select) { Parameters = { new NpgsqlParameter { Value = keys(of) } } };

    public object Read(NpgsqlDataReader row) => (only ?? byKind[row.GetString(kind)])(row);

    private static Array Converted(Array given, Func<object?, object?> convert, Type to)
    {
        var converted = Array.CreateInstance(to, given.Length);
        for (var i = 0; i < given.Length; i++)
            converted.SetValue(convert(given.GetValue(i)), i);
        return converted;
    }

    // The constructor takes the properties that it names; the rest is set, as EF does it.
    private static Func<NpgsqlDataReader, object> Maker(IEntityType type, Dictionary<string, int> place)
    {
        var reader = Expression.Parameter(typeof(NpgsqlDataReader));
        var stored = type.GetProperties().Where(property => property.PropertyInfo is not null)
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        var constructor = type.ClrType.GetConstructors().OrderByDescending(one => one.GetParameters().Length)
            .First(one => Array.TrueForAll(one.GetParameters(), parameter => stored.ContainsKey(parameter.Name!)));
        var given = constructor.GetParameters().Select(parameter => stored[parameter.Name!]).ToList();
        var made = Expression.New(constructor, given.Zip(constructor.GetParameters(), (property, parameter) => Value(property, parameter.ParameterType)));
        var rest = stored.Values.Except(given).Select(property => Expression.Bind(Settable(property.PropertyInfo!), Value(property, property.ClrType)));
        return Expression.Lambda<Func<NpgsqlDataReader, object>>(Expression.Convert(Expression.MemberInit(made, rest), typeof(object)), reader).Compile();

        Expression Value(IProperty property, Type wanted)
        {
            var ordinal = Expression.Constant(place[property.GetColumnName()]);
            var converter = property.GetTypeMapping().Converter;
            var read = (converter?.ProviderClrType ?? property.ClrType) is var clr ? Nullable.GetUnderlyingType(clr) ?? clr : clr;
            Expression value = Expression.Call(reader, nameof(NpgsqlDataReader.GetFieldValue), [read], ordinal);
            if (converter?.ConvertFromProviderExpression is { } convert)
                value = Expression.Invoke(convert, Expression.Convert(value, convert.Parameters[0].Type));
            value = Expression.Convert(value, wanted);
            return property.IsColumnNullable()
                ? Expression.Condition(Expression.Call(reader, nameof(NpgsqlDataReader.IsDBNull), null, ordinal), Expression.Default(wanted), value)
                : value;
        }
    }

    // A private setter is seen on the type that declares it only.
    private static PropertyInfo Settable(PropertyInfo property) => property.DeclaringType!.GetProperty(
        property.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)!;
}
