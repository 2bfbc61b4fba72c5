using System.Globalization;
using System.Reflection;
using System.Text;

namespace Offline.Tests.Api;

/// <summary>
/// The public surface of an assembly, one signature a line: what a caller's source depends on. The same printer reads the real
/// assemblies, for the lists in offline/api, and the stand-ins.
/// </summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly string[] ObjectMembers = ["Equals", "GetHashCode", "ToString"];

    public static IEnumerable<string> Print(Assembly assembly) =>
        assembly.GetTypes().Where(t => t.IsVisible).SelectMany(Print).Distinct().Order(StringComparer.Ordinal);

    public static string NameOf(Type type)
    {
        if (type.IsByRef)
        {
            return NameOf(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{NameOf(type.GetElementType()!)}[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        if (!type.IsGenericType)
        {
            return name;
        }

        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return $"{(tick < 0 ? name : name[..tick])}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }

    private static IEnumerable<string> Print(Type type)
    {
        var name = NameOf(type);
        yield return $"{Marks(type)}{Kind(type)} {name}{Bases(type)}{Constraints(type.GetGenericArguments())}";
        foreach (var field in type.GetFields(Declared).Where(f => IsSeen(f.Attributes & FieldAttributes.FieldAccessMask) && !f.IsSpecialName))
        {
            var value = field.IsLiteral ? $" = {Text(field.GetRawConstantValue())}" : string.Empty;
            yield return $"{Marks(field)}{name}.{field.Name}: {(field.IsStatic ? "static " : string.Empty)}{(field.IsInitOnly ? "readonly " : string.Empty)}{NameOf(field.FieldType)}{value}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var get = property.GetMethod is { } getter && IsSeen(getter) ? " get;" : string.Empty;
            var set = property.SetMethod is { } setter && IsSeen(setter) ? IsInit(setter) ? " init;" : " set;" : string.Empty;
            if ((get + set).Length > 0 && !property.Name.Contains('.', StringComparison.Ordinal) && property.Name != "EqualityContract")
            {
                var accessor = property.GetMethod ?? property.SetMethod!;
                yield return $"{Marks(property)}{name}.{property.Name}: {(accessor.IsStatic ? "static " : string.Empty)}{NameOf(property.PropertyType)} {{{get}{set} }}";
            }
        }

        foreach (var constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && IsSeen(c) && !IsCopyConstructor(c)))
        {
            yield return $"{Marks(constructor)}{name}.ctor({Parameters(constructor)})";
        }

        foreach (var method in type.GetMethods(Declared).Where(m => IsSeen(m) && IsListed(m)))
        {
            var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : string.Empty;
            yield return $"{Marks(method)}{name}.{method.Name}{generic}({Parameters(method)}): {(method.IsStatic ? "static " : string.Empty)}{NameOf(method.ReturnType)}{Constraints(method.GetGenericArguments())}";
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Bases(Type type)
    {
        if (type.IsEnum || type is { IsAbstract: true, IsSealed: true })
        {
            return string.Empty;
        }

        IEnumerable<Type> bases = type.BaseType is { FullName: not ("System.Object" or "System.ValueType") } parent ? [parent] : [];
        var names = bases.Concat(type.GetInterfaces().Where(i => i.IsVisible).OrderBy(NameOf, StringComparer.Ordinal)).Select(NameOf).ToArray();
        return names is [] ? string.Empty : $" : {string.Join(", ", names)}";
    }

    private static string Constraints(Type[] parameters)
    {
        var text = new StringBuilder();
        foreach (var parameter in parameters.Where(p => p.IsGenericParameter))
        {
            var constraints = parameter.GetGenericParameterConstraints().Select(NameOf).Order(StringComparer.Ordinal).ToList();
            var special = parameter.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask & (GenericParameterAttributes)0x1C;
            if (special != 0)
            {
                constraints.Add(special.ToString());
            }

            if (constraints.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" where {parameter.Name} : {string.Join(", ", constraints)}");
            }
        }

        return text.ToString();
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
    {
        var mode = Has(p.CustomAttributes, "ParamArrayAttribute") ? "params " : p.IsOut ? "out " : p.ParameterType.IsByRef ? Has(p.CustomAttributes, "IsReadOnlyAttribute") ? "in " : "ref " : string.Empty;
        var self = p.Position == 0 && Has(method.CustomAttributes, "ExtensionAttribute") ? "this " : string.Empty;
        return $"{self}{mode}{NameOf(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {Text(p.RawDefaultValue)}" : string.Empty)}";
    }));

    private static string Marks(MemberInfo member)
    {
        var experimental = member.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name == "ExperimentalAttribute")?.ConstructorArguments[0].Value;
        var required = Has(member.CustomAttributes, "RequiredMemberAttribute") && member is PropertyInfo or FieldInfo && Has(member.CustomAttributes, "RequiredMemberAttribute") ? "required " : string.Empty;
        var obsolete = Has(member.CustomAttributes, "ObsoleteAttribute") && member.CustomAttributes.All(a => a.AttributeType.Name != "CompilerFeatureRequiredAttribute") ? "[Obsolete] " : string.Empty;
        return $"{obsolete}{(experimental is null ? string.Empty : $"[{experimental}] ")}{required}";
    }

    private static bool Has(IEnumerable<CustomAttributeData> attributes, string name) => attributes.Any(a => a.AttributeType.Name == name);

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsSeen(FieldAttributes access) => access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit");

    // Overrides of what every object has, accessors, and what the compiler makes for records add nothing.
    private static bool IsListed(MethodInfo method) =>
        !method.Name.Contains('<', StringComparison.Ordinal)
        && !method.Name.Contains('.', StringComparison.Ordinal)
        && method.Name is not ("PrintMembers" or "Finalize" or "Deconstruct" or "op_Equality" or "op_Inequality")
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !ObjectMembers.Contains(method.Name);

    private static bool IsCopyConstructor(ConstructorInfo constructor) => constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;

    private static string Text(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
