using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;

namespace Ips.Platform.Data;

/// <summary>A key of the order of a list: a day, an id or a text. It writes and reads its part of a page token and compares itself in a query.</summary>
internal sealed class PageKey<T>
{
    /// <summary>The item in the expressions of all keys.</summary>
    public static readonly ParameterExpression Item = Expression.Parameter(typeof(T), "item");

    private readonly MemberExpression _member;

    /// <param name="key">A property of the item.</param>
    public PageKey(Expression<Func<T, object?>> key) =>
        _member = Expression.MakeMemberAccess(Item, ((MemberExpression)(key.Body is UnaryExpression boxed ? boxed.Operand : key.Body)).Member);

    private bool IsDay => (Nullable.GetUnderlyingType(_member.Type) ?? _member.Type) == typeof(DateOnly);

    /// <summary>Adds the key to the order of the query.</summary>
    public IQueryable<T> Sort(IQueryable<T> query, bool isFirst) => query.Provider.CreateQuery<T>(Expression.Call(
        typeof(Queryable), isFirst ? nameof(Queryable.OrderBy) : nameof(Queryable.ThenBy), [typeof(T), _member.Type],
        query.Expression, Expression.Quote(Expression.Lambda(_member, Item))));

    /// <summary>Compares the key of the item with its part of a page token.</summary>
    public Expression Compare(ExpressionType comparison, string part)
    {
        if (IsDay)
            return Expression.MakeBinary(comparison, _member, Expression.Convert(Parameter(PageKey.ReadDay(part)), _member.Type));
        if (_member.Type == typeof(string))
            return Expression.MakeBinary(comparison, CompareTo(_member, part), Expression.Constant(0));
        Expression id = _member.Type == typeof(Guid) ? _member : Expression.Convert(Expression.Convert(_member, typeof(object)), typeof(Guid));
        return Expression.MakeBinary(comparison, CompareTo(id, PageKey.ReadId(part)), Expression.Constant(0));
    }

    /// <summary>The key's part of the token of the page that ends with the item.</summary>
    public string Write(T item) => ((PropertyInfo)_member.Member).GetValue(item) switch
    {
        DateOnly day => day.ToString(PageKey.DayForm, CultureInfo.InvariantCulture),
        Guid id => id.ToString("N"),
        string text => text,
        { } id => ((Guid)id.GetType().GetProperty("Value")!.GetValue(id)!).ToString("N"),
        null => throw new InvalidOperationException($"{_member.Member.Name} is null and cannot order a list."),
    };

    private static MethodCallExpression CompareTo<TValue>(Expression key, TValue value) where TValue : IComparable<TValue> =>
        Expression.Call(key, typeof(TValue).GetMethod(nameof(IComparable<>.CompareTo), [typeof(TValue)])!, Parameter(value));

    // A property of a constant object: EF sends its value as a parameter and keeps one plan for all pages.
    private static MemberExpression Parameter<TValue>(TValue value) => Expression.Property(Expression.Constant(Tuple.Create(value)), "Item1");
}

/// <summary>The parts of page tokens.</summary>
internal static class PageKey
{
    /// <summary>How a day is written.</summary>
    public const string DayForm = "yyyyMMdd";

    /// <summary>The token was not made for this list.</summary>
    public static ProblemException NotOfThisList => new(new Problem.Invalid("page_token", "is not a token of this list; send next_page_token as it came"));

    public static DateOnly ReadDay(string part) =>
        DateOnly.TryParseExact(part, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw NotOfThisList;

    public static Guid ReadId(string part) => Guid.TryParseExact(part, "N", out var id) ? id : throw NotOfThisList;
}
