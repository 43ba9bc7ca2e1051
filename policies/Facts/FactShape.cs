using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using System.Reflection;

namespace Ips.Policies;

/// <summary>
/// The facts of a record: each property is a fact, its type and attributes say how <see cref="FactReader"/> reads it, and its JSON name is the
/// one that <see cref="FactWriter"/> writes. A nullable property may be absent; any other is required.
/// </summary>
internal static class FactShape<T>
{
    private static readonly IReadOnlyList<(string Name, PropertyInfo Property)> Facts =
    [
        .. FactWriter.Options.GetTypeInfo(typeof(T)).Properties
            .Select(p => (p.Name, Property: (PropertyInfo)p.AttributeProvider!))
            .Where(p => p.Property.CanWrite)
            .OrderBy(p => p.Property.MetadataToken),
    ];

    // One call per property, compiled on first use: as fast as if it were written by hand.
    private static readonly Lazy<Func<FactReader, T>> Compiled = new(Compile);

    /// <summary>The names in JSON.</summary>
    public static IReadOnlySet<string> Names { get; } = Facts.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads a record.</summary>
    public static T Read(FactReader reader) => Compiled.Value(reader);

    private static Func<FactReader, T> Compile()
    {
        var reader = Expression.Parameter(typeof(FactReader));
        var values = Facts.ToDictionary(f => f.Property.Name, f => Value(reader, f.Name, f.Property), StringComparer.Ordinal);
        return Expression.Lambda<Func<FactReader, T>>(Create(values), reader).Compile();
    }

    private static Expression Create(Dictionary<string, MethodCallExpression> values)
    {
        var constructor = typeof(T).GetConstructors().Single();
        return constructor.GetParameters() is { Length: > 0 } parameters
            ? Expression.New(constructor, parameters.Select(p => values[p.Name!]))
            : Expression.MemberInit(Expression.New(constructor), Facts.Select(f => Expression.Bind(f.Property, values[f.Property.Name])));
    }

    private static MethodCallExpression Value(ParameterExpression reader, string name, PropertyInfo property)
    {
        var (method, code) = FactMethods.Of(property);
        return property.PropertyType == typeof(int) || property.PropertyType == typeof(int?) || property.PropertyType == typeof(IReadOnlyList<int>)
            ? Expression.Call(reader, method, code, [Expression.Constant(name), .. Range(property)])
            : Expression.Call(reader, method, code, [Expression.Constant(name)]);
    }

    private static IEnumerable<ConstantExpression> Range(PropertyInfo property)
    {
        var range = property.GetCustomAttribute<RangeAttribute>();
        return [Expression.Constant(range?.Minimum ?? 0), Expression.Constant(range?.Maximum ?? int.MaxValue)];
    }
}
