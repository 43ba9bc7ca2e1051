using System.Reflection;

namespace Ips.Policies;

/// <summary>Which method of <see cref="FactReader"/> reads a property.</summary>
internal static class FactMethods
{
    private static readonly Dictionary<Type, string> ByType = new()
    {
        [typeof(DateOnly?)] = nameof(FactReader.Date),
        [typeof(DateOnly)] = nameof(FactReader.RequiredDate),
        [typeof(IReadOnlyList<DateOnly>)] = nameof(FactReader.Dates),
        [typeof(DayOrBlank?)] = nameof(FactReader.DateOrBlank),
        [typeof(Period?)] = nameof(FactReader.Period),
        [typeof(bool?)] = nameof(FactReader.Flag),
        [typeof(int?)] = nameof(FactReader.Integer),
        [typeof(int)] = nameof(FactReader.RequiredInteger),
        [typeof(IReadOnlyList<int>)] = nameof(FactReader.Integers),
        [typeof(decimal?)] = nameof(FactReader.Money),
        [typeof(string)] = nameof(FactReader.Text),
        [typeof(IReadOnlyList<string>)] = nameof(FactReader.Texts),
    };

    private static readonly Dictionary<Type, string> OfMonths = new()
    {
        [typeof(DateOnly?)] = nameof(FactReader.Month),
        [typeof(DateOnly)] = nameof(FactReader.RequiredMonth),
        [typeof(IReadOnlyList<DateOnly>)] = nameof(FactReader.Months),
    };

    /// <summary>The method and, for codes and lists of objects, its type argument.</summary>
    public static (string Method, Type[] TypeArguments) Of(PropertyInfo property)
    {
        var type = property.PropertyType;
        if ((property.IsDefined(typeof(MonthAttribute)) ? OfMonths : ByType).TryGetValue(type, out var method))
            return (method, []);
        if (type.IsEnum)
            return (nameof(FactReader.RequiredCode), [type]);
        if (Nullable.GetUnderlyingType(type) is { IsEnum: true } code)
            return (nameof(FactReader.Code), [code]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && type.GenericTypeArguments is [var item])
            return (item.IsEnum ? nameof(FactReader.CodeList) : nameof(FactReader.List), [item]);
        throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name} is a {type}; add a method that reads it to FactReader and to FactMethods");
    }
}
