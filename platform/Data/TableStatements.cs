using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Ips.Platform.Data;

/// <summary>What is rendered from the EF model.</summary>
internal static class RenderedModel
{
    /// <summary>The model of the service's database.</summary>
    public static IModel Model(this IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<ServiceDb>().Model;
    }

    /// <summary>The name as SQL has it: a column may be called like a word of SQL.</summary>
    public static string Quoted(this string name) => $"\"{name}\"";
}

/// <summary>
/// The statements that write many rows of one table at once: one array for each column, taken apart by <c>unnest</c>. Rendered from the EF model once, when the
/// service starts to write; columns are never named by hand.
/// </summary>
internal sealed class TableStatements
{
    private readonly IReadOnlyList<Column> columns;
    private readonly IReadOnlyList<Column> keys;
    private readonly string insert;
    private readonly string update;
    private readonly string delete;
    private readonly string? hold;

    private TableStatements(ITable table, int order)
    {
        (Name, Order) = (table.Name, order);
        columns = [.. table.Columns.Select(Column.Of)];
        keys = [.. table.PrimaryKey!.Columns.Select(key => columns.Single(column => column.Name == key.Name.Quoted()))];
        var same = string.Join(" and ", keys.Select(key => $"t.{key.Name} = r.{key.Name}"));
        var names = string.Join(", ", columns.Select(column => column.Name));
        var values = string.Join(", ", columns.Select(column => "r." + column.Name + column.Cast));
        insert = $"insert into {Name} ({names}) select {values} from {Unnest(columns)}";
        var set = string.Join(", ", columns.Except(keys).Select(column => $"{column.Name} = r.{column.Name}{column.Cast}"));
        update = Expecting($"update {Name} t set {set} from {Unnest(columns)} where {same} returning 1", columns.Count);
        delete = Expecting($"delete from {Name} t using {Unnest(keys)} where {same} returning 1", keys.Count);
        if (columns.FirstOrDefault(column => column.Name == "version".Quoted()) is { } version && table.EntityTypeMappings.All(IsVersioned))
        {
            var byKey = string.Join(", ", keys.Select(key => "t." + key.Name));
            hold = Expecting(
                $"select 1 from {Name} t join {Unnest([.. keys, version])} on {same} and t.version = r.version order by {byKey} for no key update of t",
                keys.Count + 1);
        }
    }

    /// <summary>The table.</summary>
    public string Name { get; }

    /// <summary>The columns, and how each is read from a row.</summary>
    public IReadOnlyList<Column> Columns => columns;

    /// <summary>Those of the primary key.</summary>
    public IReadOnlyList<Column> Keys => keys;

    /// <summary>Its place in the order in which tables are written, after those that its rows refer to: all groups lock in one order.</summary>
    public int Order { get; }

    /// <summary>The statements of every table, by the type of its rows; rendered when the first row of that type is written.</summary>
    public static IReadOnlyDictionary<Type, Lazy<TableStatements>> Of(IModel model)
    {
        Dictionary<Type, Lazy<TableStatements>> byType = [];
        foreach (var (order, table) in InOrderOfReferences(model).Index())
        {
            Lazy<TableStatements> statements = new(() => new(table, order));
            foreach (var type in table.EntityTypeMappings.Select(mapping => (IEntityType)mapping.TypeBase).Where(type => !type.IsOwned()))
                byType[type.ClrType] = statements;
        }

        return byType;
    }

    /// <summary>One command of each kind, for no rows.</summary>
    public IEnumerable<NpgsqlBatchCommand> All()
    {
        yield return Insert([]);
        yield return Delete([]);
        if (columns.Count > keys.Count)
            yield return Update([]);
        if (hold is not null)
            yield return Hold([]);
    }

    /// <summary>The row's key as one value, to see whether two use cases touch the same row.</summary>
    public string KeyOf(object row) => string.Create(CultureInfo.InvariantCulture, $"{Order}/{string.Join('/', keys.Select(key => key.Read(row)))}");

    /// <summary>Locks the rows in the order of their keys, and fails unless each still has the version that was read.</summary>
    public NpgsqlBatchCommand Hold(IReadOnlyList<KeyValuePair<object, int>> rows)
    {
        NpgsqlBatchCommand command = new(hold ?? throw new InvalidOperationException($"{Name} has no version; implement {nameof(IVersioned)}."));
        foreach (var key in keys)
            command.Parameters.Add(key.Values([.. rows.Select(row => row.Key)]));
        command.Parameters.Add(new() { Value = rows.Select(row => row.Value).ToArray() });
        return Count(command, rows.Count);
    }

    /// <summary>Inserts new rows.</summary>
    public NpgsqlBatchCommand Insert(IReadOnlyList<object> rows) => With(new(insert), columns, rows);

    /// <summary>Writes every column of rows that exist; fails when one of them does not, or the caller may not write it.</summary>
    public NpgsqlBatchCommand Update(IReadOnlyList<object> rows) => Count(With(new(update), columns, rows), rows.Count);

    /// <summary>Removes rows; fails when one of them does not exist.</summary>
    public NpgsqlBatchCommand Delete(IReadOnlyList<object> rows) => Count(With(new(delete), keys, rows), rows.Count);

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, IReadOnlyList<Column> columns, IReadOnlyList<object> rows)
    {
        foreach (var column in columns)
            command.Parameters.Add(column.Values(rows));
        return command;
    }

    private NpgsqlBatchCommand Count(NpgsqlBatchCommand command, int rows)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows });
        return command;
    }

    // A wrong count has to fail inside the statement: when the batch answers, its transaction is committed.
    private static string Expecting(string statement, int parameters) =>
        $"with touched as materialized ({statement}) select ips_expect(${parameters + 1}, ${parameters + 2}, (select count(*) from touched))";

    private static string Unnest(IReadOnlyList<Column> columns)
    {
        var arrays = string.Join(", ", columns.Select((column, i) => $"${i + 1}::{column.Type}[]"));
        return $"unnest({arrays}) as r({string.Join(", ", columns.Select(column => column.Name))})";
    }

    private static bool IsVersioned(ITableMapping mapping) => typeof(IVersioned).IsAssignableFrom(mapping.TypeBase.ClrType);

    private static List<ITable> InOrderOfReferences(IModel model)
    {
        List<ITable> ordered = [];
        foreach (var table in model.GetRelationalModel().Tables.OrderBy(table => table.Name, StringComparer.Ordinal))
            Add(table);
        return ordered;

        void Add(ITable table)
        {
            if (ordered.Contains(table))
                return;
            foreach (var principal in table.ForeignKeyConstraints.Select(key => key.PrincipalTable).Where(principal => principal != table)
                .OrderBy(principal => principal.Name, StringComparer.Ordinal))
                Add(principal);
            ordered.Add(table);
        }
    }

    /// <summary>A column of a table and how it is read from a row of any type that the table holds.</summary>
    public abstract class Column(string name, string type, string cast)
    {
        private static readonly MethodInfo GetterMethod = typeof(Column).GetMethod(
            nameof(Getter), 2, BindingFlags.Static | BindingFlags.NonPublic, [typeof(MethodInfo)])!;

        public string Name { get; } = name.Quoted();

        /// <summary>The type of the elements of the array in which its values are sent.</summary>
        public string Type => type;

        /// <summary>What makes the column's type of the element: arrays cannot be elements of an array, and are sent as text.</summary>
        public string Cast => cast;

        public abstract object? Read(object row);

        public abstract NpgsqlParameter Values(IReadOnlyList<object> rows);

        public static Column Of(IColumn column)
        {
            var table = StoreObjectIdentifier.Table(column.Table.Name, column.Table.Schema);
            Dictionary<Type, Func<object, object?>> readers = [];
            IProperty? stored = null;
            foreach (var type in column.Table.EntityTypeMappings.Select(mapping => (IEntityType)mapping.TypeBase).Where(type => !type.IsOwned()))
            {
                if (type.GetProperties().SingleOrDefault(property => property.GetColumnName(table) == column.Name) is { } property)
                    readers[type.ClrType] = ReaderOf(stored = property, type);
            }

            var isArray = column.StoreType.EndsWith("[]", StringComparison.Ordinal);
            var cast = isArray || column.StoreType is "json" or "jsonb" ? "::" + column.StoreType : "";
            Func<object, object?> read = row => readers.GetValueOrDefault(row.GetType())?.Invoke(row);
            if (isArray)
                return new Column<string>(column.Name, "text", cast, row => read(row) is { } items ? Literal((System.Collections.IEnumerable)items) : null);
            var mapping = stored!.GetTypeMapping();
            var clr = mapping.Converter?.ProviderClrType ?? mapping.ClrType;
            clr = Nullable.GetUnderlyingType(clr) ?? clr;
            return clr switch
            {
                _ when clr == typeof(string) => new Column<string>(column.Name, "text", cast, read),
                _ when clr == typeof(Guid) => new Column<Guid?>(column.Name, "uuid", cast, read),
                _ when clr == typeof(int) => new Column<int?>(column.Name, "integer", cast, read),
                _ when clr == typeof(long) => new Column<long?>(column.Name, "bigint", cast, read),
                _ when clr == typeof(bool) => new Column<bool?>(column.Name, "boolean", cast, read),
                _ when clr == typeof(decimal) => new Column<decimal?>(column.Name, "numeric", cast, read),
                _ when clr == typeof(DateOnly) => new Column<DateOnly?>(column.Name, "date", cast, read),
                _ when clr == typeof(DateTimeOffset) => new Column<DateTimeOffset?>(column.Name, "timestamptz", cast, row => Utc(read(row))),
                _ when clr == typeof(byte[]) => new Column<byte[]>(column.Name, "bytea", cast, read),
                _ => throw new NotSupportedException($"{column.Table.Name}.{column.Name} is stored as {clr}; add the type to {nameof(TableStatements)}."),
            };
        }

        private static Func<object, object?> ReaderOf(IProperty property, IEntityType mapped)
        {
            if (property == mapped.FindDiscriminatorProperty())
            {
                var kind = mapped.GetDiscriminatorValue();
                return _ => kind;
            }

            if (property.IsShadowProperty())
            {
                throw new NotSupportedException(
                    $"{mapped.DisplayName()}.{property.Name} has no property in the class; the group writer reads rows, so declare it.");
            }

            var (read, convert) = (Getter(property), property.GetTypeMapping().Converter?.ConvertToProvider);
            return convert is null ? read : row => read(row) is { } value ? convert(value) : null;
        }

        // A delegate of the property itself. EF's own getter compiles four expressions for each property, which are most of a first call's time.
        private static Func<object, object?> Getter(IProperty property) => property.PropertyInfo?.GetMethod is { } get
            ? (Func<object, object?>)GetterMethod.MakeGenericMethod(get.DeclaringType!, get.ReturnType).Invoke(null, [get])!
            : property.GetGetter().GetClrValue;

        private static Func<object, object?> Getter<TRow, TValue>(MethodInfo get)
            where TRow : class
        {
            var read = get.CreateDelegate<Func<TRow, TValue>>();
            return row => read((TRow)row);
        }

        private static object? Utc(object? at) => at is DateTimeOffset instant ? instant.ToUniversalTime() : null;

        private static string Literal(System.Collections.IEnumerable items)
        {
            StringBuilder literal = new("{");
            foreach (var item in items)
            {
                var text = Convert.ToString(item, CultureInfo.InvariantCulture)!;
                literal.Append(literal.Length == 1 ? "\"" : ",\"")
                    .Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
            }

            return literal.Append('}').ToString();
        }
    }

    private sealed class Column<T>(string name, string type, string cast, Func<object, object?> read) : Column(name, type, cast)
    {
        public override object? Read(object row) => read(row);

        public override NpgsqlParameter Values(IReadOnlyList<object> rows)
        {
            var values = new T?[rows.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = (T?)read(rows[i]);
            return new NpgsqlParameter<T?[]> { TypedValue = values };
        }
    }
}
