using System.Reflection;
using System.Runtime.Loader;
using Ips.Policies.Tool;

namespace Ips.Mutation;

/// <summary>A copy of this program and of the tool that is bound to the library with the mutants in it.</summary>
internal sealed class Copy(byte[] library) : AssemblyLoadContext("mutants")
{
    /// <summary>Calls a method of <see cref="Trial"/> in the copy.</summary>
    public T Call<T>(string method, params object[] arguments)
    {
        var trial = LoadFromAssemblyPath(typeof(Trial).Assembly.Location).GetType(typeof(Trial).FullName!)!;
        return (T)trial.GetMethod(method)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName name) => name.Name switch
    {
        "Policies" => LoadFromStream(new MemoryStream(library)),
        "ips-policies" => LoadFromAssemblyPath(typeof(Checkout).Assembly.Location),
        _ => null,
    };
}
